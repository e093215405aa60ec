"""Going on with a batch that was stopped: the whole lines of its output are what is done."""

from __future__ import annotations

import json
from pathlib import Path
from typing import NamedTuple

from mailsetup.model.errors import InputError
from mailsetup.model.message import phrase, say


class Done(NamedTuple):
    """The domains already judged, and their lines as they stand."""

    domains: frozenset[str]
    lines: tuple[str, ...]


def read_done(path: str) -> Done:
    """
    What a JSON-lines output holds. A last line that was cut short is left out and judged again.

    Raises `InputError` for a file that is not such an output.
    """
    place = Path(path)
    if not place.exists():
        return Done(frozenset(), ())
    from mailsetup.edge.files import read_text

    domains: set[str] = set()
    kept: list[str] = []
    lines = read_text(path, phrase("output")).splitlines(keepends=True)
    for number, line in enumerate(lines, 1):
        try:
            domain = json.loads(line)["domain"]
        except (ValueError, KeyError, TypeError):
            if number == len(lines):
                break
            raise InputError(
                say(
                    "{file}, line {number}: not a report in JSON lines; --resume wants the file of an earlier run",
                    file=path,
                    number=number,
                )
            ) from None
        domains.add(domain)
        kept.append(line if line.endswith("\n") else line + "\n")
    return Done(frozenset(domains), tuple(kept))
