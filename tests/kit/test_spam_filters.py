"""What receivers' filters say of the letters: nothing against ours, much against those that deserve it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest

from tests.servers.filters import Judge, rspamd, spamassassin

from .letter_worlds import SPARSE
from .shipped import LETTERS
from .shipped import pack as pack_of

pytestmark = pytest.mark.real
BAD = sorted((Path(__file__).parent / "bad_letters").glob("*.eml"))
SPAM = 5.0  # points from which SpamAssassin calls a letter spam

Filter = Callable[[], AbstractContextManager[Judge]]
FILTERS = [
    pytest.param(spamassassin, 1.0, id="spamassassin"),
    pytest.param(rspamd, 2.0, id="rspamd"),
]


@pytest.mark.parametrize(("program", "bar"), FILTERS)
def test_filters_have_nothing_against_the_pack(
    program: Filter, bar: float, pack: Mapping[str, bytes], score: Any, request: Any
) -> None:
    """
    Every draft of the sample brand, in both languages and voices, stays below the bar, and so do the Russian
    ones of a brand that tells only its name, domain and colour; every bad letter is spam.
    """
    drafts = {path: data for path, data in pack.items() if path.endswith(".eml")}
    sparse = pack_of(SPARSE, locales=("ru",), voices=("friendly",))
    drafts |= {f"sparse/{path}": data for path, data in sparse.items() if path.endswith(".eml")}
    with program() as judge:
        good = dict(zip(drafts, judge(list(drafts.values())), strict=True))
        bad = dict(zip([p.stem for p in BAD], judge([p.read_bytes() for p in BAD]), strict=True))
    most = max(judged.score for judged in good.values())
    least = min(judged.score for judged in bad.values())
    name = request.node.callspec.id
    score(
        f"{name}: {len(good)} letters, highest {most:.2f} (bar {bar}); {len(bad)} bad ones, lowest {least:.2f}"
    )

    assert LETTERS + 51 == len(good)
    assert {} == {path: judged for path, judged in good.items() if judged.score >= bar}
    assert {} == {path: judged for path, judged in bad.items() if judged.score <= SPAM}
