"""Going on with a batch that was stopped: the whole lines of its output are what is done."""

from __future__ import annotations

import json
from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import IO, Any, NamedTuple

from mailsetup.forms.documents import REPORT_SCHEMA
from mailsetup.model import os_faults
from mailsetup.model.dns import Outcome
from mailsetup.model.errors import InputError
from mailsetup.model.finding import Severity, Status
from mailsetup.model.language import translated
from mailsetup.model.message import phrase, say

from .exit_codes import Tally, threshold

BEGINNING = b'{"schema":"' + REPORT_SCHEMA.encode("ascii") + b'"'
LINE_LIMIT = 16 * 1024 * 1024  # octets of one report; a domain takes some 40,000


class Lines:
    """
    The first lines of a file as they stand, read each time they are gone through.

    A batch of thousands of domains is longer than memory should hold; ``count`` is how many of its lines are whole.
    """

    def __init__(self, path: Path, count: int) -> None:
        self.path = path
        self.count = count

    def __iter__(self) -> Iterator[bytes]:
        with _reading(self.path), self.path.open("rb") as file:
            for line in islice(_lines(file), self.count):
                yield line.removeprefix(BOM_UTF8).rstrip(b"\r\n") + b"\n"


class Done(NamedTuple):
    """The domains already judged, and their lines as they stand."""

    domains: frozenset[str]
    lines: Iterable[bytes]


def _count(tally: Tally, domain: str, verdict: Mapping[str, Any]) -> None:
    least = threshold(tally.fail_on)
    status = verdict["status"]
    unanswered = verdict.get("unanswered", ())
    if status == Status.CRASHED.value:
        tally.crashed = True
    elif status == Status.FAIL.value:
        open_ones = (f for f in verdict["findings"] if not f.get("waived"))
        tally.failed |= any(Severity(f["severity"]).rank >= least for f in open_ones)
    elif status == Status.INCONCLUSIVE.value and Severity(verdict["severity"]).rank >= least:
        asked = any(u["outcome"] != Outcome.UNASKED.value for u in unanswered)
        tally.undecided |= tally.strict or asked
    unasked = [u for u in unanswered if u["outcome"] == Outcome.UNASKED.value]
    tally.unasked.update(str(u["name"]) for u in unasked if "name" in u)
    if any((u.get("name"), u.get("rdtype")) == (domain, "TXT") and not u.get("detail") for u in unasked):
        tally.uncovered.add(domain)


def _counted(document: Mapping[str, Any], tally: Tally) -> None:
    """Lets what was found before count for the exit code: going on must not turn red to green."""
    quiet = (Status.PASS.value, Status.NOT_APPLICABLE.value)
    for verdict in document.get("verdicts", ()):
        if verdict["status"] not in quiet:
            _count(tally, document["domain"], verdict)


def read_done(path: str, tally: Tally) -> Done:
    """
    What a JSON-lines output holds, its findings counted in ``tally``.

    A last line that was cut short is left out and judged again. A file that is something else is never taken for one
    that was cut: what goes on replaces it.

    Raises `InputError` for a file that is not such an output.
    """
    place = Path(path)
    if not place.exists():
        return Done(frozenset(), ())
    domains: set[str] = set()
    whole = 0
    with _reading(place), place.open("rb") as file:
        for number, line in enumerate(_lines(file), 1):
            domain = _read(line.removeprefix(BOM_UTF8), tally)
            if domain is not None:
                domains.add(domain)
                whole = number
            elif line.endswith(b"\n") or not line.startswith(BEGINNING[: len(line)]):
                raise _no_report(path, number)
    return Done(frozenset(domains), Lines(place, whole))


def _read(line: bytes, tally: Tally) -> str | None:
    """The domain of one report, its findings counted; None for what is no whole report."""
    try:
        document = json.loads(line)
        if document["schema"] != REPORT_SCHEMA:
            return None
        domain = document["domain"]
        _counted(document, tally)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    return domain if isinstance(domain, str) else None


def _lines(file: IO[bytes]) -> Iterator[bytes]:
    """Lines as JSON lines has them: ended by a line feed and by nothing else that Unicode calls a line's end."""
    while line := file.readline(LINE_LIMIT):
        yield line


@contextmanager
def _reading(place: Path) -> Iterator[None]:
    try:
        yield
    except OSError as fault:
        what, reason = translated(phrase("output")), os_faults.reason(fault)
        raise InputError(
            say("cannot read {what} {place}: {reason}", what=what, place=place, reason=reason)
        ) from fault


def _no_report(path: str, number: int) -> InputError:
    return InputError(
        say(
            "{file}, line {number}: not a report in JSON lines; --resume wants the file of an earlier run",
            file=path,
            number=number,
        )
    )
