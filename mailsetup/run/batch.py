"""
A batch: many domains, one result stream, an exit code; it can be stopped and gone on with.

In one process, or dealt in blocks to several (`workers`), always in the order that was asked for.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from mailsetup._version import __version__
from mailsetup.forms.words import shortened
from mailsetup.model.errors import UsageError
from mailsetup.model.finding import AuditRun, CheckPage, DomainReport
from mailsetup.model.language import translated
from mailsetup.model.message import Message, phrase, say
from mailsetup.model.names import DomainName

from .asking import not_held
from .audit import AuditSettings, Reports, timings
from .baseline import baseline_text, entries
from .domain_list import gather
from .exit_codes import USAGE, Tally, threshold
from .house_rules import lay_down, own_domain
from .places import Places
from .registry import DEFAULT_POLICY
from .resume import Done, read_done
from .sources import SourceSettings, domains_of

if TYPE_CHECKING:
    from mailsetup.edge.dns.dns64 import Translation
    from mailsetup.model.report_brand import ReportBrand

    from .workers import Pool

MANY: Final = 200  # domains from which a second process pays for its start
MOST: Final = 32  # processes: each has a socket to each other, and no name server keeps up with more
PACE: Final = 10  # questions a second that each must be allowed: its probe takes three before it begins
LIMITS: Final = {
    "rate": phrase("the questions a second that --rate allows"),
    "window": phrase("the unanswered questions that one name server may have at a time"),
}
TOOL: Final = {"name": "mailsetup", "version": __version__}


class BatchOptions(NamedTuple):
    """What the command line says about a batch; names as its options."""

    typed: tuple[str, ...] = ()
    list_file: str | None = None
    resume: str | None = None
    selectors: tuple[str, ...] = ()
    subdomains: tuple[str, ...] = ()
    options: frozenset[str] = frozenset()
    sending_addresses: tuple[str, ...] = ()
    second_opinion: bool = False
    fail_on: str = "error"
    strict: bool = False
    record: str | None = None
    force: bool = False
    concurrency: int = 128
    workers: int = 0
    encoded: bool = False
    drawn: bool = False
    brand: str | None = None
    before: str | None = None
    subject: str = ""
    policy: str = ""
    baseline: str | None = None
    write_baseline: str | None = None
    receivers: bool = False
    key_file: str | None = None


class Batch:
    """
    A run of `audit` as the command line has it.

    ``remarks`` are for the user before the results, ``going_on`` and the `speed_remark` unless quiet is wanted;
    `lines` or `run` give the results once;
    ``exit_code`` is there when they were taken, ``judged`` says how many were so far.
    """

    def __init__(self, sources: SourceSettings, options: BatchOptions) -> None:
        threshold_or_usage(options.fail_on)
        if options.write_baseline:
            from mailsetup.edge import files

            if options.resume:
                raise UsageError(
                    say(
                        "--write-baseline is of a whole run, and --resume of a part of one; when it is done its result"
                        " serves as the baseline: --baseline {file}",
                        file=options.resume,
                    )
                )
            files.refuse_taken([Path(options.write_baseline)], force=options.force, option="--write-baseline")
        own = () if options.list_file or options.typed else own_domain() or domains_of(sources)
        given = gather(options.typed or own, options.list_file)
        rules = lay_down(
            given.names,
            policy=options.policy,
            baseline=options.baseline,
            fail_on=options.fail_on,
            receivers=options.receivers,
            adopts=bool(options.write_baseline and not options.baseline),
        )
        self.options = options = options._replace(fail_on=rules.fail_on)
        self.policy = rules.policy.id if rules.policy else DEFAULT_POLICY
        self.sources = sources
        self.settings = AuditSettings(
            selectors=options.selectors,
            sending_addresses=tuple(map(_address, options.sending_addresses)),
            options=options.options | ({"second-opinion"} if options.second_opinion else set()),
            only=_subject(options.subject),
            house=rules.house,
            concurrency=options.concurrency,
            drawn=options.drawn,
            key_file=options.key_file,
        )
        if options.key_file and "blocklists" not in options.options:
            raise UsageError(say("--keys holds keys for blocklists, which are asked with --blocklists only"))
        self.brand = _brand(options.brand) if options.brand else None
        self.before: Mapping[str, Mapping[str, Any]] = {}
        if options.before:
            self.before, recorded = _earlier(options.before)
            self.settings = self.settings._replace(before=options.before if recorded else "")
        names = [name for d in given.names for name in (d, *_below(d, options.subdomains))]
        names += [name for d in given.names[:1] for name in _below(d, rules.subdomains)]
        self.tally = Tally(options.fail_on or "error", options.strict)
        done = read_done(options.resume, self.tally) if options.resume else Done(frozenset(), ())
        self.done_lines = done.lines
        self.names = [name for name in dict.fromkeys(names) if name not in done.domains]
        self.refused = given.refused
        self.remarks = [f"mailsetup: {sentence}" for sentence in given.refused]
        self.going_on = ""
        if options.before:
            from .dated import still_to_come

            self.remarks.extend(map(str, still_to_come(options.before, self.before)))
        if done.domains:
            told = say(
                "{n} {n:domain is|domains are} done already, {left} to go",
                n=len(done.domains),
                left=len(self.names),
            )
            self.going_on = str(told)
        if not names:
            raise given.refusal
        if options.record:
            from .snapshot import refuse_taken

            refuse_taken(options.record, self.names, force=options.force)
        self.judged: int = 0
        self._close: list[Callable[[], None]] = []
        self._recorded: list[Any] = []
        self._baseline: list[dict[str, str]] = []
        self._zones: Sequence[Any] | None = None

    @property
    def total(self) -> int:
        """How many domains are still to be judged."""
        return len(self.names)

    @property
    def workers(self) -> int:
        """How many processes do it."""
        alone = self.options.record or self.options.second_opinion or self.options.write_baseline
        if alone or "blocklists" in self.options.options:
            return 1
        wanted = self.options.workers or (min(os.cpu_count() or 1, 8) if self.total >= MANY else 1)
        paced = max(1, int(self.sources.rate / PACE)) if self.sources.rate else MOST
        return min(wanted, MOST, paced, max(1, self.total))

    def __enter__(self) -> Batch:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        for close in reversed(self._close):
            close()
        if kind is None:
            self._write_recordings()
            self._write_baseline()

    def reports(self) -> Iterator[DomainReport]:
        """Each domain's report, in order."""
        if self.workers > 1:
            with closing(self._pool(encoded=False)) as pool:
                for report in pool:
                    self.judged += 1
                    yield report
            return
        for report in self._in_process():
            self.tally.add(report)
            self.judged += 1
            if self.options.write_baseline:
                self._baseline.extend(entries(report))
            yield report

    def lines(self) -> Iterator[bytes]:
        """Each domain's report as a line of JSON in UTF-8, encoded where it was judged."""
        if self.workers > 1:
            with closing(self._pool(encoded=True)) as pool:
                for line in pool:
                    self.judged += 1
                    yield line
            return
        from mailsetup.forms.jsonl import octets

        for report in self.reports():
            yield octets(report)

    def _pool(self, *, encoded: bool) -> Pool:
        from .workers import Pool

        return Pool(
            self.names,
            self.sources,
            self.settings,
            self.tally,
            self.workers,
            encoded=encoded,
            announce=self._announce,
        )

    def run(self, counted: Callable[[Iterator[Any]], Iterator[Any]] = iter) -> AuditRun:
        """The whole run for a form. The source is open when this returns: a form writes nothing before it is."""
        reports = counted(self.reports())
        first = [report for report in (next(reports, None),) if report is not None]
        return AuditRun(
            TOOL,
            self.policy,
            chain(first, reports),
            place=Places(self._written),
            page=_page,
            fail_on=self.options.fail_on or "error",
            brand=self.brand,
            before=self.before,
        )

    def _written(self) -> Sequence[Any]:
        """The user's own zones, from the source that is open in this process where there is one."""
        from .sources import written_zones

        return self._zones if self._zones is not None else written_zones(self.sources)

    def _announce(self) -> Translation | None:
        """Says once what every worker would find out about files and resolvers; what they need not find out again."""
        with Reports(iter(()), self.sources, self.settings) as reports:
            found = reports.prepare()
            self._print_notes(reports)
            return found

    def _in_process(self) -> Iterator[DomainReport]:
        reports = Reports(iter(self.names), self.sources, self.settings)
        self._close.append(reports.close)
        self._zones = reports.opened.written
        reports.prepare()
        self._print_notes(reports)
        if self.options.record:
            reports.recorder = self._recorded.append
        yield from reports
        self._limits = getattr(reports.opened.live, "statistics", None)

    def _print_notes(self, reports: Reports) -> None:
        import sys

        for note in reports.opened.notes:
            print(f"mailsetup: {note}", file=sys.stderr)

    def _write_recordings(self) -> None:
        if self.options.record and self._recorded:
            from .snapshot import write_snapshots

            write_snapshots(self.options.record, self._recorded, force=self.options.force)

    def _write_baseline(self) -> None:
        if self.options.write_baseline:
            from mailsetup.edge.files import write_text

            write_text(
                self.options.write_baseline,
                baseline_text(self._baseline),
                force=self.options.force,
                option="--write-baseline",
            )

    def baseline_written(self) -> Message:
        """What to say of the baseline that was written."""
        return say(
            "written: {file} ({n} {n:finding is|findings are} known now)",
            file=self.options.write_baseline,
            n=len(self._baseline),
        )

    def interrupted(self, output: str | None) -> str:
        """What to say after Ctrl-C: what is whole, what is left, how to go on."""
        left = self.names[self.judged :]
        told = say(
            "stopped: {judged} of {total} judged and whole; left: {names}",
            judged=self.judged,
            total=self.total,
            names=shortened(left, 8) if left else say("none"),
        )
        if output and Path(output).suffix == ".jsonl":
            return f"{told}; {say('--resume {file} goes on', file=output)}"
        return str(told)

    def closing_remarks(self, *, offline: bool = True) -> Iterator[str]:
        """What to say after the results."""
        for domain in sorted(self.tally.uncovered)[:10]:
            yield f"mailsetup: {not_held(domain)}"
        if offline and self.tally.unasked:
            names = sorted(self.tally.unasked)
            told = say(
                "not judged offline ({n} {n:name|names} outside the files given): {names}",
                n=len(names),
                names=shortened(names, 10),
            )
            yield str(told)

    def speed_remark(self) -> Iterator[str]:
        """What kept a run over several domains from being faster, if a limit did."""
        statistics = getattr(self, "_limits", None)
        if statistics is not None and self.total > 1:
            limited = getattr(statistics, "limited_by", "")
            if limited:
                yield str(say("speed was limited by: {limited}", limited=translated(LIMITS[limited])))

    def timings(self) -> str:
        """Processor time of this process by stage, for the benchmark."""
        import json
        import time

        return json.dumps(
            {
                "process": round(time.process_time(), 4),
                "judge": round(timings.judge, 4),
                "domains": timings.domains,
            }
        )

    @property
    def exit_code(self) -> int:
        """0, 1, 2, 3 or 70 as promised; a refused name makes a clean run 2."""
        code = self.tally.exit_code
        return USAGE if (self.refused or self.tally.uncovered) and code == 0 else code


def _brand(path: str) -> ReportBrand:
    from .report_brand import load_report_brand

    return load_report_brand(path)


def _earlier(path: str) -> tuple[Mapping[str, Mapping[str, Any]], bool]:
    """The reports of an earlier run by domain, and whether its answers are there too."""
    from .diff import is_recording, read_side
    from .earlier import read_earlier

    if is_recording(path):
        return {name: side.report for name, side in read_side(path).items()}, True
    return read_earlier(path), False


def _page(check_id: str) -> CheckPage | None:
    from .check_pages import check_page

    return check_page(check_id)


def threshold_or_usage(fail_on: str) -> None:
    """Refuses an unknown ``--fail-on``."""
    try:
        threshold(fail_on or "error")
    except ValueError:
        raise UsageError(
            say('--fail-on "{fail_on}" is not one of error, warning, info, never', fail_on=fail_on)
        ) from None


def _subject(prefix: str) -> tuple[str, ...]:
    """The checks of one subject and the root causes; none means all."""
    if not prefix:
        return ()
    from .registry import ROOT_CAUSES, all_checks

    return tuple(c.id for c in all_checks() if c.id.startswith((prefix, ROOT_CAUSES)))


def _address(text: str) -> str:
    import ipaddress

    try:
        return str(ipaddress.ip_address(text.strip()))
    except ValueError:
        raise UsageError(say('--sending-ip "{text}" is not an IP address', text=text[:60])) from None


def _below(domain: DomainName, subdomains: tuple[str, ...]) -> Iterator[DomainName]:
    for name in subdomains:
        typed = name.strip().rstrip(".")
        inside = typed.lower() == domain or typed.lower().endswith("." + domain)
        yield DomainName.parse(typed if inside else f"{typed}.{domain}")
