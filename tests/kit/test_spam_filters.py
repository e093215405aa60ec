"""What receivers' filters say of the letters: nothing against ours, much against those that deserve it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from mailsetup.kit.moved import Move, moved_files
from tests.servers.filters import Judge, rspamd, spamassassin

from .conftest import Filter
from .letter_worlds import RICH_IN_E, SPARSE
from .shipped import LETTERS, LOCALES, Shipped
from .shipped import pack as pack_of
from .test_templates_moved import a_plan

pytestmark = pytest.mark.real
BAD = sorted((Path(__file__).parent / "bad_letters").glob("*.eml"))
SPAM = 5.0  # points from which SpamAssassin calls a letter spam

TO = b"To: Anna <anna@example.com>\r\n"
MOVE = Move("fern@example.com", (("support", "support@fern.example"), ("sales", "sales@fern.example")))
RICHEST = {domain: RICH_IN_E[domain] for domain in ("three-trees.example", "beekeepers-delicatessen.example")}

FILTERS = [
    pytest.param(spamassassin, 1.0, id="spamassassin"),
    pytest.param(rspamd, 2.0, id="rspamd"),
]


@pytest.mark.parametrize(("program", "bar"), FILTERS)
def test_filters_have_nothing_against_the_pack(
    program: Filter,
    bar: float,
    judge_of: Callable[[Filter], Judge],
    pack: Mapping[str, bytes],
    sample: Shipped,
    score: Any,
    request: Any,
) -> None:
    """
    Every `.eml` of the kit stays below the bar: the drafts of the sample brand in both languages and voices, its
    models and those of a move, and the Russian letters of a brand that tells only its name, domain and colour
    and of brands whose domains and streets are full of "e" (`tests/kit/test_lookalikes.py` counts in all of them).
    Every bad letter is spam.
    """
    drafts = dict(_drafts("sample", pack))
    drafts |= _drafts("built", {p.name: p.read_bytes() for p in _models(sample)})
    drafts |= _drafts("move", dict(moved_files(sample.brand, MOVE, a_plan(), locales=LOCALES)))
    for name, brand in {"sparse": SPARSE, **RICHEST}.items():
        drafts |= _drafts(name, pack_of(brand, locales=("ru",), voices=("friendly",)))
    judge = judge_of(program)
    good = dict(zip(drafts, judge(list(drafts.values())), strict=True))
    bad = dict(zip([p.stem for p in BAD], judge([p.read_bytes() for p in BAD]), strict=True))
    most = max(judged.score for judged in good.values())
    least = min(judged.score for judged in bad.values())
    name = request.node.callspec.id
    score(
        f"{name}: {len(good)} letters, highest {most:.2f} (bar {bar}); {len(bad)} bad ones, lowest {least:.2f}"
    )

    assert LETTERS + 51 * (1 + len(RICHEST)) < len(good)
    assert {} == {path: judged for path, judged in good.items() if judged.score >= bar}
    assert {} == {path: judged for path, judged in bad.items() if judged.score <= SPAM}


def _drafts(brand: str, files: Mapping[str, bytes]) -> Mapping[str, bytes]:
    return {f"{brand}/{path}": _sent(data) for path, data in files.items() if path.endswith(".eml")}


def _sent(data: bytes) -> bytes:
    """The draft with somebody to send it to, where that is left to whoever fills it in."""
    return data if b"\r\nTo: " in data.partition(b"\r\n\r\n")[0] else TO + data


def _models(sample: Shipped) -> list[Path]:
    """What `kit build` wrote beside the letters: letters to fill in."""
    letters = sample.folder / "kit" / "letters"
    return [p for p in sorted((sample.folder / "kit").rglob("*.eml")) if letters not in p.parents]
