"""Letters judged: from files, mailboxes and folders, or one from a program; recorded if wanted."""

from __future__ import annotations

import asyncio
import ipaddress
import re
import sys
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING, NamedTuple

from mailsetup._version import __version__
from mailsetup.forms.words import said_cite
from mailsetup.message.report import MessageReport
from mailsetup.message.trace import iso_time
from mailsetup.message.verify import Circumstances
from mailsetup.message.verify import verify_message as walk
from mailsetup.model import os_faults
from mailsetup.model.errors import InputError, UsageError
from mailsetup.model.finding import AuditRun, CheckPage, DomainReport
from mailsetup.model.language import translated
from mailsetup.model.lines import PAGE, folded
from mailsetup.model.message import Message, say
from mailsetup.model.names import printable
from mailsetup.model.snapshot import Snapshot

from .exit_codes import USAGE, Tally
from .sources import Opened, SourceSettings, open_source

if TYPE_CHECKING:
    from mailsetup.edge.source import Source

LETTER_LIMIT = 64 * 1024 * 1024  # octets of one letter; large receivers stop at 25 to 50 MB
IN_FLIGHT = 16  # letters judged side by side
SUFFIXES = (".eml", ".mbox", ".msg", ".txt")

_QUOTED_FROM = re.compile(rb"^>(>*From )", re.MULTILINE)


class Letter(NamedTuple):
    """One letter as it was found: its label and octets."""

    label: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Settings:
    """What is known beside the letters; ``at`` is the stated time as typed, ``""`` for none."""

    ip: str = ""
    helo: str = ""
    sender: str = ""
    at: str = ""
    trusted: tuple[str, ...] = ()
    record: str = ""
    fail_on: str = "error"
    strict: bool = False
    force: bool = False
    encrypted: bool | None = None
    lint: bool = True
    observed: frozenset[str] = frozenset()


class Judged(NamedTuple):
    """One letter judged: the report without the body, and the questions answered where they are recorded."""

    label: str
    report: MessageReport
    snapshot: Snapshot | None = None

    @property
    def domain_report(self) -> DomainReport:
        """The verdicts in the shape that every form takes."""
        word = f"dmarc {self.report.dmarc_word}"
        return DomainReport(printable(self.label), iso_time(self.report.at), self.report.verdicts, grade=word)


async def verify_message(
    data: bytes,
    *,
    source: Source | None = None,
    ip: str = "",
    helo: str = "",
    sender: str = "",
    at: int | str | datetime | None = None,
    trusted: Sequence[str] = (),
) -> MessageReport:
    """
    What a letter proves by itself, and how its receivers would judge it.

    ``ip``, ``helo`` and ``sender`` (``<>`` for the empty one) are those of the connection, where known; ``at`` is
    the time signatures are judged at (seconds since 1970, ISO 8601, or a datetime), else that of the topmost
    Received field of a trusted host, else now; ``trusted`` are host names and networks whose fields are
    believed. Raises `UsageError` for an address or a time that is none; never for what the letter holds.
    """
    from mailsetup.edge.drive import drive

    from .library import opened

    known = circumstances(Settings(ip, helo, sender, "", tuple(trusted)), at)
    async with opened(source) as asked:
        return await drive(walk(data, known), asked)


def circumstances(settings: Settings, at: int | str | datetime | None = None) -> Circumstances:
    """The settings made ready for the walk; `UsageError` for what cannot be read."""
    ip = settings.ip.strip().strip("[]")
    if ip:
        try:
            address = ipaddress.ip_address(ip.removeprefix("IPv6:"))
            ip = str(getattr(address, "ipv4_mapped", None) or address)
        except ValueError:
            raise UsageError(say('--ip "{ip}" is not an IPv4 or IPv6 address', ip=settings.ip[:60])) from None
    stated = settings.at if at is None else at
    return Circumstances(
        int(time.time()),
        None if stated == "" else moment(stated),
        ip,
        settings.helo.strip(),
        settings.sender.strip(),
        settings.trusted,
        encrypted=settings.encrypted,
        observed=settings.observed,
    )


def moment(at: int | str | datetime) -> int:
    """A time as seconds since 1970: a number, ISO 8601 (UTC unless it says otherwise), or a datetime."""
    if isinstance(at, int):
        return at
    if isinstance(at, str):
        text = at.strip()
        if re.fullmatch(r"-?[0-9]{1,12}", text):
            return int(text)
        try:
            at = datetime.fromisoformat(text)
        except ValueError:
            raise UsageError(
                say(
                    '--at "{text}" is not a time; write it as 2026-11-21T12:00:00Z or in seconds since 1970',
                    text=text[:60],
                )
            ) from None
    return int((at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp())


def letters(
    given: Sequence[str], refused: list[Message | str] | None = None, *, stdin: IO[bytes] | None = None
) -> Iterator[Letter]:
    """
    Every letter in files, mbox files and folders (``-`` is stdin), in order.

    What cannot be read is a sentence in ``refused``, where that is given, else an `InputError`.
    """
    for name in given:
        for label, path in _named(name, refused):
            try:
                if path is None:
                    yield from _bounded(_from_stream(label, stdin or sys.stdin.buffer), refused)
                else:
                    with path.open("rb") as stream:
                        yield from _bounded(_from_stream(label, stream), refused)
            except OSError as fault:
                _refuse(
                    say("cannot read {label}: {reason}", label=label, reason=os_faults.reason(fault)), refused
                )


def _named(name: str, refused: list[Message | str] | None) -> Iterator[tuple[str, Path | None]]:
    """The files that a name stands for; None is stdin."""
    path = Path(name)
    if name == "-":
        yield "stdin", None
    elif path.is_dir():
        found = sorted(p for p in path.rglob("*") if p.suffix.lower() in SUFFIXES and p.is_file())
        if not found:
            _refuse(say("{path}: the folder holds no .eml or .mbox file", path=path), refused)
        yield from ((str(one), one) for one in found)
    else:
        yield name, path


def _refuse(sentence: Message | str, refused: list[Message | str] | None) -> None:
    if refused is None:
        raise InputError(sentence)
    refused.append(sentence)


def _from_stream(label: str, stream: IO[bytes]) -> Iterator[Letter]:
    """One letter, or those of an mbox (RFC 4155) one after another, however large it is."""
    first = stream.readline(LETTER_LIMIT + 1)
    if not first.startswith(b"From "):
        yield Letter(label, first + stream.read(LETTER_LIMIT + 1 - len(first)))
        return
    held: bytes | None = None
    number = 0
    for piece in _pieces(stream):
        if held is not None:
            number += 1
            yield Letter(f"{label}#{number}", held)
        held = piece
    if held is not None:
        label = f"{label}#{number + 1}" if number else label
        yield Letter(label, held)


def _pieces(stream: IO[bytes]) -> Iterator[bytes]:
    """The letters after their ``From`` lines; ``>From`` in their bodies is unquoted, the blank line between them gone."""
    lines: list[bytes] = []
    size, blank = 0, False
    while line := stream.readline(LETTER_LIMIT + 1):
        if blank and line.startswith(b"From "):
            yield _QUOTED_FROM.sub(rb"\1", b"".join(lines[:-1]))
            lines, size, blank = [], 0, False
            continue
        blank = line in (b"\n", b"\r\n")
        if size <= LETTER_LIMIT:
            lines.append(line)
            size += len(line)
    yield _QUOTED_FROM.sub(rb"\1", b"".join(lines))


def _bounded(found: Iterator[Letter], refused: list[Message | str] | None) -> Iterator[Letter]:
    """Those that can be judged; one that is empty or too large never hides those after it."""
    for letter in found:
        obstacle = _obstacle(letter)
        if obstacle is None:
            yield letter
        else:
            _refuse(str(obstacle), refused)


def _obstacle(letter: Letter) -> Message | None:
    if not letter.data.strip():
        return say(
            "{label}: the file is empty; give a letter as it was received, with its header",
            label=letter.label,
        )
    if len(letter.data) > LETTER_LIMIT:
        limit = LETTER_LIMIT // 1024 // 1024
        return say("{label}: the letter is larger than {limit} MB", label=letter.label, limit=limit)
    return None


@dataclass(slots=True)
class Messages:
    """A run over letters: judged side by side, given out in their order."""

    sources: SourceSettings
    settings: Settings
    refused: list[Message | str] = field(default_factory=list)
    tally: Tally = field(default_factory=Tally)

    def judged(self, found: Iterator[Letter]) -> list[Judged]:
        """Every letter judged; notes about the source go to stderr."""
        known = circumstances(self.settings)
        self.tally = Tally(self.settings.fail_on, self.settings.strict)
        return asyncio.run(self._all(found, known))

    async def _all(self, found: Iterator[Letter], known: Circumstances) -> list[Judged]:
        if self.settings.record:
            from .snapshot import refuse_taken

            refuse_taken(self.settings.record, (), force=self.settings.force)
        opened = open_source(self.sources)
        try:
            if opened.live is not None and self.sources.probe:
                from mailsetup.edge.dns.probe import check_resolvers

                opened.notes.extend(await check_resolvers(opened.live))
            for note in opened.notes:
                print(f"mailsetup: {note}", file=sys.stderr)
            known = _at_its_time(known, opened)
            done = [one async for one in _side_by_side(found, known, opened.source, self.settings)]
        finally:
            await opened.source.close()
        for one in done:
            self.tally.add(one.domain_report)
        self._write(done)
        return done

    def _write(self, done: list[Judged]) -> None:
        taken = [one.snapshot for one in done if one.snapshot is not None]
        if taken:
            from .snapshot import write_snapshots

            write_snapshots(self.settings.record, taken, force=self.settings.force)

    @property
    def exit_code(self) -> int:
        """As the audit's: 0, 1, 2 for what could not be read, 3, or 70."""
        code = self.tally.exit_code
        return USAGE if self.refused and code == 0 else code


def _at_its_time(known: Circumstances, opened: Opened) -> Circumstances:
    """A recording is judged as of its own time, so that a replay says the same whenever it is made."""
    taken = max(opened.times.values(), default="") if opened.live is None else ""
    return known._replace(now=moment(taken)) if taken else known


async def _side_by_side(
    found: Iterator[Letter], known: Circumstances, source: Source, settings: Settings
) -> AsyncIterator[Judged]:
    waiting: list[Letter] = []
    for letter in found:
        waiting.append(letter)
        if len(waiting) == IN_FLIGHT:
            for one in await asyncio.gather(*(_one(w, known, source, settings) for w in waiting)):
                yield one
            waiting.clear()
    for one in await asyncio.gather(*(_one(w, known, source, settings) for w in waiting)):
        yield one


async def _one(letter: Letter, known: Circumstances, source: Source, settings: Settings) -> Judged:
    from mailsetup.edge.drive import collect

    collected = await collect({None: walk(letter.data, known)}, source)
    for fault in collected.faults.values():
        raise fault
    report: MessageReport = collected.results[None][0]
    report = replace(report, message=report.message._replace(body=b""))
    if settings.lint:
        from .message_writing import writing

        report = replace(report, verdicts=(*report.verdicts, *writing(letter.data, report)))
    snapshot = None
    if settings.record:
        domain = report.author or "message.invalid"
        snapshot = Snapshot(domain, iso_time(known.now), collected.answers, source.description)
    return Judged(letter.label, report, snapshot)


def audit_run(done: Sequence[Judged], fail_on: str) -> AuditRun:
    """The run in the shape that every form takes."""
    from .lint_pages import page as writing_page

    known = {page.id: page for page in pages()}
    return AuditRun(
        {"name": "mailsetup", "version": __version__},
        "default",
        iter([one.domain_report for one in done]),
        page=lambda check: known.get(check) or writing_page(check),
        fail_on=fail_on,
    )


def pages() -> tuple[CheckPage, ...]:
    """The manual's pages about letters and about what receivers ask of them."""
    from mailsetup.message import rulebook

    return tuple(rulebook.pages())


def _page_of(check: str) -> CheckPage | None:
    return next((page for page in pages() if page.id == check), None)


def page_markdown(check: str) -> str:
    """One page in Markdown, as the manual's are; ``""`` for a rule that is not about letters."""
    found = _page_of(check)
    if found is None:
        return ""
    cites, codes = "; ".join(map(said_cite, found.cites)), ", ".join(f"`{code}`" for code in found.codes)
    force = [str(say("In force since: {date}", date=translated(found.effective)))] if found.effective else []
    lines = [
        f"### {found.id}",
        f"**{found.title}** ({translated(found.severity.value)})",
        *found.prose,
        *force,
        str(say("Source: {cites}. Rulebook: {codes}.", cites=cites, codes=codes)),
    ]
    return "\n\n".join(lines)


def page_text(check: str) -> str:
    """One page for a terminal, ``""`` for a rule that is not about letters."""
    found = _page_of(check)
    if found is None:
        return ""
    lines = [
        found.id,
        *folded(found.title, usual=PAGE),
        "",
        *(line for text in found.prose for line in (folded(text, usual=PAGE) or [""])),
        "",
        str(say("Severity: {severity}", severity=translated(found.severity.value))),
    ]
    if found.effective:
        lines.append(str(say("In force since: {date}", date=translated(found.effective))))
    lines += [
        *folded(
            str(say("Source: {cites}", cites="; ".join(map(said_cite, found.cites)))), "", "  ", usual=PAGE
        ),
        *folded(str(say("Rulebook: {codes}", codes=", ".join(found.codes))), "", "  ", usual=PAGE),
    ]
    return "\n".join(lines)
