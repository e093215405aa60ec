"""The page on blocklists names every list; ``pytest --update-goldens`` writes its tables anew."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from mailsetup.model.blocklist import Blocklist, State
from mailsetup.profiles.blocklists import all_blocklists

PAGE = Path(__file__).parents[2] / "docs" / "blocklists.md"
BEGIN, END = "<!-- lists: begin -->\n", "<!-- lists: end -->\n"


def of(state: State) -> list[Blocklist]:
    return [one for one in all_blocklists().values() if one.state is state]


def tables() -> Iterator[str]:
    live = sorted(of(State.LIVE), key=lambda one: (-one.weight.severity.rank, one.id))
    yield f"{len(live)} live lists. *key*: none, optional, required, or registration of the resolver.\n"
    yield "| id | zone | of | weight | asked | key | way out |\n|---|---|---|---|---|---|---|"
    for one in live:
        kinds = ", ".join(kind.value for kind in one.kinds) + (" (allow list)" if one.allows else "")
        way = f"[{one.removal}]({one.removal_url})" if one.removal_url else one.removal
        zone = one.zone or one.keyed_zone.replace("{key}", "KEY") or "private"
        yield (
            f"| `{one.id}` | `{zone}` | {kinds} | {one.weight.value} | {'yes' if one.default else 'no'} "
            f"| {one.key_need.value} | {way.replace('|', '/')} |"
        )
    yield "\nLive, and not asked:\n"
    yield from (f"- `{one.zone}`, because {one.not_asked}" for one in live if one.not_asked)
    yield "\nDoubtful, asked only when named:\n"
    yield from (f"- `{one.zone}`: {one.default_note}" for one in of(State.DOUBTFUL))
    yield "\nEnded, never asked:\n"
    yield from (f"- `{one.zone}` ({one.since}). {one.note}".rstrip() for one in of(State.RETIRED))
    yield "\nNot in DNS, but decisive; look there yourself:\n"
    yield from (f"- {one.operator}: {one.lookup or one.note}" for one in of(State.WEB))


def test_the_page_names_every_list(request: pytest.FixtureRequest) -> None:
    """
    Every list stands in it with its zone, weight and way out.
    """
    text = PAGE.read_text(encoding="utf-8")
    head, _, rest = text.partition(BEGIN)
    tail = rest.partition(END)[2]
    expected = head + BEGIN + "\n".join(tables()) + "\n" + END + tail
    if request.config.getoption("--update-goldens"):
        PAGE.write_text(expected, encoding="utf-8")

    assert expected == PAGE.read_text(encoding="utf-8"), (
        "pytest --update-goldens tests/blocklists/test_docs.py"
    )
