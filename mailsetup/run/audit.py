"""
Audit: collect what the checks read, judge it, grade it; one domain or many.

One task a domain, a window of domains in flight, reports in the order they were asked for. A
domain's answers are dropped once it is judged, so memory stays flat however long the list is.
"""

from __future__ import annotations

import asyncio
import gc
import time
from collections import deque
from collections.abc import Coroutine, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from mailsetup.checks._when import sends_nothing
from mailsetup.model.case import Case, Scope
from mailsetup.model.dns import DnsQuestion, Outcome
from mailsetup.model.finding import DomainReport, Severity, Status, Verdict, Verdicts, loud
from mailsetup.model.message import Message, say
from mailsetup.model.snapshot import Snapshot
from mailsetup.model.walk import needed_by
from mailsetup.walks.dkim_keys import KeyOutcome, dkim_keys
from mailsetup.walks.spf_tree import spf_includes, spf_tree, spf_trees

from .grade import do_first, grade
from .joined_fixes import joined_fixes
from .judge import judge_side_by_side
from .registry import all_checks
from .sources import Opened, SourceSettings, now, open_source

if TYPE_CHECKING:
    from mailsetup.edge.dns.dns64 import Translation
    from mailsetup.edge.neighbours import Place
    from mailsetup.edge.source import Source
    from mailsetup.model.blocklist import Blocklist
    from mailsetup.model.check import Check
    from mailsetup.model.picture import Pictures

    from .house_rules import HouseRules

WINDOW = 128  # domains in flight in one process: rate x chain x round trip, see docs/speed.md
REPLAYED = frozenset({"deep", "smtp", "web"})  # options that a recording restores
COLLECTED_AFTER = 300_000  # objects more than before; the table of answers keeps some 150,000 at most
BUFFER = 4  # windows of finished reports that may wait for a slow one before them


class AuditSettings(NamedTuple):
    """
    What to audit and how; can be sent to another process.

    ``only`` restricts the checks to these ids (for examples and predictions); ``severities`` is a
    policy's say by check id; ``options`` are the opt-in probes that were asked for; ``drawn`` adds what
    a form with pictures draws; ``blocklists`` are filled in when the source is opened; ``house`` is what
    the owner of the run has laid down (waivers, a baseline); ``sending_addresses`` are addresses that mail
    is sent from; ``key_file`` names the file with keys for blocklists, and no key is ever in here.
    """

    selectors: tuple[str, ...] = ()
    options: frozenset[str] = frozenset()
    only: tuple[str, ...] = ()
    severities: Mapping[str, Severity] | None = None
    concurrency: int = WINDOW
    drawn: bool = False
    blocklists: tuple[Blocklist, ...] = ()
    house: HouseRules | None = None
    sending_addresses: tuple[str, ...] = ()
    key_file: str | None = None
    before: str = ""


@dataclass(slots=True)
class Timings:
    """Seconds spent judging in this process, for the benchmark."""

    judge: float = 0.0
    domains: int = 0


timings = Timings()

UNSEEN_KEYS = say(
    "No DKIM key was judged: DNS cannot list selectors, and none of the known ones is published. "
    "Name those in use with --selector."
)


@lru_cache(maxsize=8)
def _chosen(only: tuple[str, ...]) -> tuple[Check, ...]:
    checks = all_checks()
    return tuple(c for c in checks if c.id in only) if only else checks


def chosen_checks(settings: AuditSettings) -> tuple[Check, ...]:
    """The checks these settings run; the same tuple every time."""
    return _chosen(settings.only)


@lru_cache(maxsize=8)
def _chosen_walks(only: tuple[str, ...], options: frozenset[str]) -> tuple[tuple[Any, tuple[str, ...]], ...]:
    """The walks to make, each with what it needs of the scope."""
    from .recognition import detection

    walks = dict.fromkeys((*walks_of(_chosen(only), options), detection))
    if spf_includes in walks and spf_tree in walks:
        walks = dict.fromkeys((spf_trees, *walks))
        del walks[spf_includes], walks[spf_tree]
    return tuple((walk, needed_by(walk)) for walk in walks)


def walks_of(checks: Iterable[Check], options: frozenset[str]) -> tuple[Any, ...]:
    """Every walk the checks read, once, in a fixed order."""
    return tuple(
        dict.fromkeys(walk for c in checks if not c.opt_in or c.opt_in in options for walk in c.reads)
    )


def scope_for(domain: str, settings: AuditSettings, listed: tuple[str, ...] = ()) -> Scope:
    """What is looked at for one domain: the settings, what the profiles know and the selectors that a source lists."""
    from .recognition import detectors, selector_hints

    return Scope(
        domain,
        selectors=settings.selectors + (settings.house.selectors(domain) if settings.house else ()),
        selector_hints=selector_hints(),
        detectors=detectors(),
        options=settings.options,
        blocklists=settings.blocklists,
        sending_addresses=settings.sending_addresses,
        listed_selectors=listed,
    )


async def collect_case(
    domain: str, source: Source, settings: AuditSettings, as_of: str | None = None
) -> Case:
    """Asks everything the chosen checks read about a domain."""
    from mailsetup.edge.drive import collect
    from mailsetup.edge.listed import selectors_listed

    scope = scope_for(domain, settings, selectors_listed(source, domain))
    taken = as_of or now()
    walks = {
        walk: walk(domain, *(getattr(scope, field) for field in needed)) if needed else walk(domain)
        for walk, needed in _chosen_walks(settings.only, settings.options)
    }
    collected = await collect(walks, source)
    both = collected.results.pop(spf_trees, None)
    if both is not None:
        collected.results.update(both[0])
    snapshot = Snapshot(domain, taken, collected.answers, source.description, _asked_for(settings))
    earlier = _recorded(settings.before).get(domain) if settings.before else None
    return Case(scope, snapshot, collected.results, earlier=earlier)


@lru_cache(maxsize=2)
def _recorded(path: str) -> Mapping[str, Snapshot]:
    from mailsetup.edge.recorded import Recorded

    return Recorded(path).snapshots


def _asked_for(settings: AuditSettings) -> dict[str, list[str]]:
    """What the user asked for beyond the domain, as a recording keeps it."""
    found = {
        "options": sorted(settings.options & REPLAYED),
        "selectors": list(settings.selectors),
        "sending_addresses": list(settings.sending_addresses),
    }
    return {name: words for name, words in found.items() if words}


def as_recorded(settings: AuditSettings, scope: Mapping[str, Any]) -> AuditSettings:
    """The settings with what a recording was asked for, so that a replay says the same without repeating it."""

    def words(name: str) -> tuple[str, ...]:
        listed = scope.get(name)
        return tuple(word for word in listed if isinstance(word, str)) if isinstance(listed, list) else ()

    return settings._replace(
        options=settings.options | (REPLAYED & set(words("options"))),
        selectors=tuple(dict.fromkeys((*settings.selectors, *words("selectors")))),
        sending_addresses=tuple(dict.fromkeys((*settings.sending_addresses, *words("sending_addresses")))),
    )


def report_on(case: Case, settings: AuditSettings, notes: tuple[Message, ...] = ()) -> DomainReport:
    """Judges a collected domain."""
    return reports_on((case,), settings, notes)[0]


def reports_on(
    cases: Sequence[Case], settings: AuditSettings, notes: tuple[Message, ...] = ()
) -> list[DomainReport]:
    """Judges some collected domains side by side (`judge.judge_side_by_side`)."""
    started = time.perf_counter()
    judged = judge_side_by_side(cases, chosen_checks(settings), settings.severities)
    reports = [_report(case, verdicts, settings, notes) for case, verdicts in zip(cases, judged, strict=True)]
    timings.judge += time.perf_counter() - started
    timings.domains += len(reports)
    return reports


def _report(
    case: Case, verdicts: Verdicts, settings: AuditSettings, notes: tuple[Message, ...]
) -> DomainReport:
    """What the verdicts on a domain come to."""
    from .recognition import detection, providers_of

    noted = loud(verdicts)
    letter, formula = grade(verdicts, noted) if not settings.only else ("", "")  # a part is not graded
    said = tuple([v for v in noted if v.findings or v.unanswered])
    report = DomainReport(
        domain=case.domain,
        as_of=case.as_of,
        verdicts=verdicts,
        grade=letter,
        grade_formula=formula,
        providers=providers_of(case.read(detection)),
        do_first=do_first(said),
        notes=(
            *notes,
            *_unseen_keys(case, settings.only),
            *_seen_keys(case, settings.only),
            *_policy_out_of_sight(case.domain, said),
        ),
        pictures=_pictures(case) if settings.drawn else None,
        fixes=joined_fixes(said, case.snapshot.answers) if settings.house is None else (),
    )
    if settings.house is None:
        return report
    report = settings.house.applied(report, case)
    return replace(report, fixes=joined_fixes(report.verdicts, case.snapshot.answers))


def _policy_out_of_sight(domain: str, verdicts: tuple[Verdict, ...]) -> tuple[Message, ...]:
    """
    Why a missing DMARC policy stays open offline, and the way out.

    A record at a parent, a top-level domain included, would apply as well (RFC 9989 section 4.10), and
    the files given do not hold its name.
    """
    missing = next((v for v in verdicts if v.check == "dmarc/missing"), None)
    if missing is None or missing.status is not Status.INCONCLUSIVE:
        return ()
    unseen = [e.question.name for e in missing.unanswered if isinstance(e.question, DnsQuestion)]
    if len(unseen) < len(missing.unanswered) or any(
        e.answer.outcome is not Outcome.UNASKED for e in missing.unanswered
    ):
        return ()
    if f"_dmarc.{domain}" in unseen:  # not even its own record is known to be absent
        return ()
    return (
        say(
            "{domain} publishes no DMARC record, but whether it is without a policy stays open: a record at "
            "{names} would apply to it, and no file given says what is there. Record that once, where DNS can be "
            "asked: `mailsetup snapshot {domain} -o {domain}.json`; then add --from {domain}.json.",
            domain=domain,
            names=", ".join(unseen),
        ),
    )


def _unseen_keys(case: Case, only: tuple[str, ...]) -> tuple[Message, ...]:
    """
    A sentence where keys exist, or may, and none was looked at: DNS cannot list selectors.

    A domain that says it sends nothing has no use for one, unless keys are the subject. Selectors that were named
    and are absent have findings of their own.
    """
    entry = case.facts.get(dkim_keys)
    survey = entry[0] if entry is not None else None
    if survey is None or survey.none_exist or survey.found or survey.container.unknown:
        return ()
    unknown = [key.selector for key in survey.keys if key.outcome is KeyOutcome.UNKNOWN]
    if unknown:
        return (
            say(
                "No DKIM key was judged: whether there is one could not be found out ({selectors}).",
                selectors=", ".join(unknown),
            ),
        )
    if any(key.given for key in survey.keys) or (not only and sends_nothing(case)):
        return ()
    return (UNSEEN_KEYS,)


def _seen_keys(case: Case, only: tuple[str, ...]) -> tuple[Message, ...]:
    """The keys that were judged, where they are the subject; a whole audit has other things to tell."""
    entry = case.facts.get(dkim_keys) if any(check.startswith("dkim/") for check in only) else None
    if entry is None:
        return ()
    keys = [(k.selector, k.key) for k in entry[0].found if k.key is not None and not k.key.revoked]
    told = [
        say(
            "{selector} ({kind}, {bits} bits)",
            selector=selector,
            kind=_KINDS.get(key.key_type, key.key_type),
            bits=key.bits,
        )
        for selector, key in keys
    ]
    return (say("Keys that were judged: {keys}.", keys=", ".join(map(str, told))),) if told else ()


_KINDS = {"rsa": "RSA", "ed25519": "Ed25519"}


def _pictures(case: Case) -> Pictures:
    from .pictures import pictures

    return pictures(case)


async def audit_domain(
    domain: str, source: Source, settings: AuditSettings | None = None, as_of: str | None = None
) -> DomainReport:
    """One domain's report from a source that is open."""
    settings = settings or AuditSettings()
    return report_on(await collect_case(domain, source, settings, as_of), settings)


@dataclass(slots=True)
class Reports(Iterator[DomainReport]):
    """
    The reports of a batch, in the order of ``domains``, made as they are taken.

    An ordinary iterator over an event loop of its own, so that a form can be a plain generator.
    `close` must be called (or used as a context manager); what was not taken stays unjudged.
    """

    domains: Iterator[str]
    sources: SourceSettings
    settings: AuditSettings
    opened: Opened = field(init=False)
    _loop: asyncio.AbstractEventLoop = field(init=False)
    _tasks: deque[asyncio.Task[DomainReport]] = field(default_factory=deque)
    _running: int = 0
    _collected: dict[int, list[tuple[Case, AuditSettings, asyncio.Future[DomainReport]]]] = field(
        default_factory=dict
    )
    recorder: Any = None

    def __post_init__(self) -> None:
        self.opened = open_source(self.sources)
        if "blocklists" in self.settings.options:
            from .blocklist_choice import open_lists

            self.settings = self.settings._replace(blocklists=open_lists(self.opened, self.settings.key_file))
        self._loop = asyncio.new_event_loop()

    def __enter__(self) -> Reports:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def join(self, place: Place | None) -> None:
        """Shares questions with the other processes of the run, where it has any and resolvers are asked."""
        if place is not None and self.opened.network is not None:
            self._loop.run_until_complete(self.opened.network.join(place))

    def wait_for(self, something: Coroutine[Any, Any, None]) -> None:
        """Waits, and goes on answering other processes meanwhile."""
        self._loop.run_until_complete(something)

    def prepare(self, found: Translation | None = None) -> Translation | None:
        """
        Probes the resolvers, where there are any and a probe is wanted; settles what was imported.

        What another process ``found`` is not asked again; what was found is returned.
        """
        settle_memory()
        live = self.opened.live
        if live is None:
            return None
        if found is not None:
            live.begin_with(found)
        if self.sources.probe:
            from mailsetup.edge.dns.probe import check_resolvers

            self.opened.notes.extend(self._loop.run_until_complete(check_resolvers(live)))
        return live.translation

    def __next__(self) -> DomainReport:
        self._fill()
        if not self._tasks:
            raise StopIteration
        task = self._tasks[0]
        if not task.done():  # while one was waited for, others ended
            self._loop.run_until_complete(task)
        self._tasks.popleft()
        return task.result()

    def _fill(self) -> None:
        window = self.settings.concurrency
        while self._running < window and len(self._tasks) < window * BUFFER:
            domain = next(self.domains, None)
            if domain is None:
                return
            self._running += 1
            task = self._loop.create_task(self._one(domain))
            self._tasks.append(task)

    async def _one(self, domain: str) -> DomainReport:
        try:
            settings = self.settings
            if self.opened.live is None and domain in self.opened.scopes:
                settings = as_recorded(settings, self.opened.scopes[domain])
            case = await collect_case(domain, self.opened.source, settings, self.opened.as_of(domain))
            report = await self._judged(case, settings)
            if "second-opinion" in self.settings.options:
                report = await self._with_second_opinion(case, report)
            if self.recorder is not None:
                self.recorder(case.snapshot)
            if self.opened.live is not None:
                self.opened.live.done_with(domain, case.snapshot.answers)
            return report
        finally:
            self._running -= 1
            self._fill()

    def _judged(self, case: Case, settings: AuditSettings) -> asyncio.Future[DomainReport]:
        """A case's report, judged together with all that one turn of the loop has completed."""
        if not self._collected:
            self._loop.call_soon(self._judge_collected)
        report: asyncio.Future[DomainReport] = self._loop.create_future()
        self._collected.setdefault(id(settings), []).append((case, settings, report))
        return report

    def _judge_collected(self) -> None:
        collected, self._collected = self._collected, {}
        for alike in collected.values():
            cases, (settings, *_), futures = zip(*alike, strict=True)
            try:
                reports = reports_on(cases, settings)
            except Exception as fault:  # ours: whoever waits hears of it
                for future in futures:
                    if not future.done():
                        future.set_exception(fault)
                continue
            for future, report in zip(futures, reports, strict=True):
                if not future.done():  # nobody waits for it any more
                    future.set_result(report)

    async def _with_second_opinion(self, case: Case, report: DomainReport) -> DomainReport:
        from mailsetup.edge.drive import collect

        from .second_opinion import compare, second_opinion

        collected = await collect({"opinion": second_opinion(case.domain)}, self.opened.source)
        cast("dict[Any, Any]", case.snapshot.answers).update(collected.answers)
        said, _ = collected.results["opinion"]
        return replace(report, notes=(*report.notes, *compare(report, said)))

    def close(self) -> None:
        """Stops what is under way and closes the source."""
        if self._loop.is_closed():
            return
        for task in self._tasks:
            task.cancel()
        # Ctrl-C may leave behind the stop of a wait that ended in the same turn; it would end the next one too soon.
        self._loop.call_soon(self._loop.stop)
        self._loop.run_forever()
        pending = list(self._tasks)
        self._loop.run_until_complete(_settle(pending))
        self._loop.run_until_complete(self.opened.source.close())
        self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        self._loop.close()


def load(settings: AuditSettings) -> None:
    """Loads what judging any domain needs, so that a copy of this process need not."""
    from mailsetup.edge import drive  # noqa: F401
    from mailsetup.forms import jsonl  # noqa: F401
    from mailsetup.grammar.public_suffix import organizational_domain

    _chosen_walks(settings.only, settings.options)
    scope_for("example.com", settings)
    organizational_domain("example.com")


def settle_memory() -> None:
    """
    Takes what the imports left out of the collector's sight, and lets it look less often.

    Answers, facts and reports make no cycles (a test holds it), so that there is nothing to find; looking at
    Python's own pace costs a quarter of a batch's time, and each look a microsecond for every object that came to
    stay since the last. It is raised above what the caches of a batch hold, and stays for what others may leave.
    """
    gc.freeze()
    gc.set_threshold(COLLECTED_AFTER, 10, 10)


async def _settle(tasks: list[asyncio.Task[DomainReport]]) -> None:
    await asyncio.gather(*tasks, return_exceptions=True)
