"""The commands ``plan`` and ``verify`` from options to text: project file, source, renderer, exit code."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path
from typing import Any, TypeVar

from mailsetup.model.errors import InputError, UsageError
from mailsetup.model.message import Message, phrase, say
from mailsetup.model.names import DomainName
from mailsetup.model.plan import Plan
from mailsetup.planning import saved
from mailsetup.planning.build import has_changes
from mailsetup.planning.enforcement import step_changes, with_step
from mailsetup.planning.held import left_out
from mailsetup.planning.moments import moment_words, span_words, zone_of
from mailsetup.planning.phases import PLAN_FILE, moment
from mailsetup.planning.undo import Undoing
from mailsetup.planning.verify import Verification

from . import plan as planning
from . import verify as verifying
from .asking import run_with
from .local_time import machine_time_zone
from .plan import PlanOptions
from .project import FILE_NAME, Project, find
from .sources import Opened, SourceSettings, now, open_source

T = TypeVar("T")

ZONE_FORMS = ("bind", "octodns", "dnscontrol", "terraform", "route53", "cloudflare", "csv")
RENDERERS = (
    "table",
    "steps",
    "json",
    "bind",
    "octodns",
    "dnscontrol",
    "terraform",
    "route53",
    "cloudflare",
    "csv",
)
CHANGES = 4  # --detailed-exitcode, as terraform has 2, which is taken
_DURATION = re.compile(
    r"(?:([0-9]{1,9})\s*d)?\s*(?:([0-9]{1,9})\s*h)?\s*(?:([0-9]{1,9})\s*m(?:in)?)?\s*(?:([0-9]{1,9})\s*s?)?\Z"
)


@dataclass(frozen=True, slots=True)
class Made:
    """A plan as text; ``refused`` are record sets an undo leaves alone; ``remarks`` are for stderr."""

    plan: Plan
    text: str
    refused: tuple[str, ...] = ()
    remarks: tuple[Message, ...] = ()

    @property
    def file(self) -> str:
        """The file that its own commands name."""
        from mailsetup.planning.renderers._sets import file_of

        return file_of(self.plan)

    @property
    def changes(self) -> bool:
        """Whether anything is to be done."""
        return has_changes(self.plan)


def project_for(domain: str | None) -> tuple[DomainName, Project | None]:
    """The domain meant and the project file that speaks of it. `UsageError` when neither names one."""
    project = find()
    if domain:
        name = DomainName.parse(domain)
        return name, project if project is not None and project.domain == name else None
    if project is None:
        raise UsageError(
            say(
                "no domain was given and there is no {file_name} here; type a domain, or make the file with"
                " mailsetup init DOMAIN --provider ID",
                file_name=FILE_NAME,
            )
        )
    return project.domain, project


def make(
    domain: str | None,
    options: PlanOptions,
    settings: SourceSettings,
    *,
    form: str,
    phase: int | None = None,
    target: str = "",
    undo: str | None = None,
    saved_as: str = "",
    brief: bool = False,
) -> Made:
    """
    A plan, or the way back from a saved one, rendered; ``saved_as`` is the file its own commands name.

    ``brief`` is the table for `--quiet`.
    """
    _check_form(form, target)
    refused: tuple[str, ...] = ()
    said: tuple[Message, ...] = ()
    if undo is not None:
        _refuse_wishes(options)
        undoing, servers = _way_back(undo, domain, settings, form)
        made, refused = undoing.plan, undoing.refused
    else:
        name, project = project_for(domain)
        wanted = planning.options_of(project, options) if project is not None else options
        made, servers = run_with(
            settings,
            lambda o: _beside_servers(planning.plan(name, wanted, o.source, o.started(name)), name, o, form),
            name,
        )
        said = _passed_over(project) if project is not None and options.no_mail else ()
    made = _naming(made, saved_as) if saved_as else made
    if phase is not None and phase not in {p.number for p in made.phases}:
        raise no_phase(phase, {p.number for p in made.phases})
    text = rendered(
        made if form == "json" else with_step(made, phase), form, phase, target, servers, brief=brief
    )
    return Made(made, text, refused, (*said, *_remarks(made, form, refused, phase)))


def _check_form(form: str, target: str) -> None:
    if form not in RENDERERS:
        raise UsageError(
            say(
                "--format {form} does not exist for plans; there are {known}",
                form=form,
                known=", ".join(RENDERERS),
            )
        )
    if target and form != "terraform":
        raise UsageError(say("--target goes with --format terraform"))


def _way_back(
    saved_plan: str, domain: str | None, settings: SourceSettings, form: str
) -> tuple[Undoing, tuple[str, ...]]:
    """The undoing of a saved plan and, for the steps, the domain's name servers."""
    before = read_plan(saved_plan)
    _same_domain(saved_plan, before, domain)
    return run_with(
        settings,
        lambda o: _beside_servers(planning.undo_plan(before, o.source), before.domain, o, form),
        before.domain,
    )


def _passed_over(project: Project) -> tuple[Message, ...]:
    """That a domain closed for mail goes without what its project file names."""
    names = ", ".join(filter(None, (project.provider, *project.senders)))
    if not names:
        return ()
    return (
        say(
            "--no-mail goes before {file_name}: what it names ({names}) counts for nothing here",
            file_name=FILE_NAME,
            names=names,
        ),
    )


async def _beside_servers(
    work: Coroutine[Any, Any, T], domain: str, opened: Opened, form: str
) -> tuple[T, tuple[str, ...]]:
    """What is made and, for the steps, the domain's name servers, whose panel they describe; from one source."""
    from mailsetup.edge.drive import drive
    from mailsetup.walks.delegation import delegation

    made = await work
    return made, (await drive(delegation(domain), opened.source)).servers if form == "steps" else ()


_WISHES = {
    "provider": "--provider",
    "settings": "--set",
    "senders": "--sender",
    "leave": "--leave",
    "keep_mx": "--keep-mx",
    "replace_mx": "--replace-mx",
    "no_mail": "--no-mail",
    "reports_to": "--rua",
    "dmarc_goal": "--dmarc",
    "strict_alignment": "--strict-alignment",
    "spf_all": "--spf-all",
    "tls_reports_to": "--tls-rpt",
    "mta_sts": "--mta-sts",
    "mta_sts_host": "--mta-sts-host",
    "extras": "--extra",
    "time_zone": "--time-zone",
    "dns_host": "--dns-host",
    "selectors": "--selector",
}


def _refuse_wishes(options: PlanOptions) -> None:
    """A way back goes by the saved plan alone; a wish beside it would do nothing."""
    given = [option for name, option in _WISHES.items() if getattr(options, name)]
    if given:
        raise UsageError(
            say(
                "--undo takes back what the saved plan did, and {options} would do nothing; leave it out",
                options=", ".join(given),
            )
        )


def _same_domain(file: str, saved_plan: Plan, domain: str | None) -> None:
    if domain and DomainName.parse(domain) != saved_plan.domain:
        raise UsageError(
            say(
                "{plan_file} is a plan for {domain}, not for {given}",
                plan_file=file,
                domain=saved_plan.domain,
                given=domain,
            )
        )


def _naming(made: Plan, file: str) -> Plan:
    """The plan whose commands name the file it is saved in."""
    named = (
        replace(p, closes_when=Message(p.closes_when.template, {**p.closes_when.values, "plan": file}))
        if "plan" in p.closes_when.values
        else p
        for p in made.phases
    )
    return replace(made, phases=tuple(named))


def no_phase(phase: int | str | None, numbers: set[int]) -> UsageError:
    """The refusal of a phase that a plan does not have."""
    known = ", ".join(map(str, sorted(numbers))) or say("none")
    return UsageError(say("--phase {phase}: the plan has the phases {known}", phase=phase, known=known))


def _remarks(made: Plan, form: str, refused: tuple[str, ...], phase: int | None) -> list[Message]:
    from mailsetup.planning.renderers._sets import waiting

    found = [say("left alone, changed since the plan was made: {name}", name=name) for name in refused]
    missing = list(left_out(made, phase)) if form in ZONE_FORMS else []  # steps say it in their page
    if form in ZONE_FORMS and phase is None and len(made.phases) > 1 and not missing:
        found.append(
            say(
                "all {count} phases at once: this is the zone at the end of the plan. --phase 1 renders what is to be "
                "published first, --phase 2 what comes next, each when its time has come.",
                count=len(made.phases),
            )
        )
        steps = sorted(c.phase for c in step_changes(made).named)
        if steps:
            found.append(
                say(
                    "it is without the stricter DMARC policies of {n:phase|phases} {numbers}, which wait for the reports: "
                    "--phase {first} renders the first of them.",
                    n=len(steps),
                    numbers=", ".join(map(str, steps)),
                    first=steps[0],
                )
            )
    found += missing
    if form == "cloudflare":
        from mailsetup.planning.renderers.cloudflare import by_hand

        found += by_hand(made, phase)
    if form in ("route53", "cloudflare", "csv"):
        found += [
            say(
                "waiting, not rendered: {owner} {rdtype}: {why}", owner=c.owner, rdtype=c.rdtype, why=c.reason
            )
            for c in waiting(made)
        ]
    return found


def rendered(
    made: Plan, form: str, phase: int | None, target: str, servers: tuple[str, ...], *, brief: bool = False
) -> str:
    """A plan in a format; ``servers`` are the domain's name servers, for the steps."""
    module = import_module(f"mailsetup.planning.renderers.{form}")
    if form == "json":
        return str(module.render(made, phase, predicted_document(made)))
    if form == "terraform":
        return str(module.render(made, phase, target or "cloudflare"))
    if form == "steps":
        return str(module.render(made, phase, _panel(made, servers), servers, machine_time_zone()))
    if form == "table":
        return str(module.render(made, phase, machine_time_zone(), brief=brief))
    return str(module.render(made, phase))


def predicted_document(made: Plan) -> dict[str, Any] | None:
    """The predicted report as data."""
    from mailsetup.forms.documents import report_document

    return report_document(made.predicted) if made.predicted is not None else None


def _panel(made: Plan, servers: tuple[str, ...]) -> Any:
    """The DNS host whose form the steps describe: the one named, else the one the name servers show."""
    from mailsetup.profiles.dns_hosts import dns_hosts, host_of

    host, _ = host_of(servers)
    if made.dns_host:
        host = next((h for h in dns_hosts() if made.dns_host in (h.id, h.name)), host)
    return host


def read_plan(path: str) -> Plan:
    """A saved plan; `InputError` says what is wrong with the file."""
    from mailsetup.edge.files import read_text

    return saved.loads(read_text(path, phrase("plan")), path)


def save(made: Plan, path: str, *, force: bool) -> None:
    """Writes a plan for ``verify --plan`` and ``plan --undo``."""
    from mailsetup.edge.files import write_text

    write_text(path, saved.dumps(made, predicted_document(made)), force=force)


def seconds(duration: str) -> float:
    """A duration such as ``30m``, ``2h``, ``1h30m`` or ``90`` in seconds; `UsageError` for anything else."""
    match = _DURATION.match(duration.strip().lower())
    if match is None or not any(match.groups()):
        raise UsageError(
            say('--wait "{duration}" is not a duration; write 90s, 30m, 2h or 1h30m', duration=duration[:40])
        )
    days, hours, minutes, rest = (int(g or 0) for g in match.groups())
    return ((days * 24 + hours) * 60 + minutes) * 60 + rest


def verify(
    domain: str | None,
    options: PlanOptions,
    settings: SourceSettings,
    *,
    plan_file: str | None,
    phase: str,
    wait: str | None,
    tell: Callable[[str], None],
) -> verifying.Waited:
    """
    The domain against a saved plan, given or beside the project file; else the project file, else the options.

    Only a saved plan has numbers: one made now leaves out what is published already, so its second phase is
    the third of the plan that the owner follows, and what it would ask for came too early.

    ``tell`` gets a line for every record set after each round of waiting.
    """
    due = _phase(phase)
    if wait is not None:
        _check_waiting(settings)
    saved_plan = plan_file or _beside(domain, options)
    if saved_plan:
        made = read_plan(saved_plan)
        _same_domain(saved_plan, made, domain)
    else:
        if isinstance(due, int):
            raise _unnumbered(due)
        name, wanted = _expected(domain, options)
        if wait is None:
            made, found = run_with(settings, lambda o: _at_once(name, wanted, o, due), name)
            return _told(made, verifying.Waited(found, found.exit_code == 0), "", due)
        made = run_with(settings, lambda o: planning.plan(name, wanted, o.source, o.started(name)))
    numbers = {p.number for p in made.phases}
    if isinstance(due, int) and due not in numbers:
        raise no_phase(due, numbers)
    filled = services_of(made)
    if wait is not None:
        waited = _wait(made, settings, seconds(wait), due, filled, now() if saved_plan else "", tell)
    else:
        found = run_with(
            settings,
            lambda o: verifying.verify(made, o.source, due, services=filled, now=o.as_of(made.domain)),
            made.domain,
        )
        waited = verifying.Waited(found, found.exit_code == 0)
    return _told(made, waited, saved_plan, due)


def _check_waiting(settings: SourceSettings) -> None:
    if settings.offline:
        raise UsageError(
            say(
                "--wait asks again until the records are there, and --offline asks nobody; leave one of the two out"
            )
        )
    if settings.record:
        raise UsageError(
            say(
                "--wait asks the same again and again, and --record keeps one answer to a question; leave one of the two "
                "out, and record when all is there"
            )
        )


async def _at_once(
    name: DomainName, wanted: PlanOptions, opened: Opened, due: int | str | None
) -> tuple[Plan, Verification]:
    """A plan made now and what is there of it, from one source: nothing is asked twice, and all is recorded."""
    made = await planning.plan(name, wanted, opened.source, opened.started(name))
    return made, await verifying.verify(made, opened.source, due, services=services_of(made))


def _told(made: Plan, waited: verifying.Waited, file: str, due: int | str | None) -> verifying.Waited:
    found = waited.verification
    if file and due != "all" and waited.complete and not found.finished:
        found = replace(found, notes=(*found.notes, *_what_is_next(made, found.phase_due, found.ahead)))
    return replace(waited, verification=found, heading=_heading(made, waited, file, due))


def _what_is_next(made: Plan, done: int, ahead: int) -> Iterator[Message]:
    """
    The next phase that has something to do, and how long caches still hold what stood there before it.

    ``ahead`` is that phase where it is known; whoever was faster than the clock may have done those between.
    """
    after = next((p for p in made.phases if p.number >= (ahead or done + 1)), None)
    this = next((p for p in reversed(made.phases) if after is not None and p.number < after.number), None)
    if this is None or after is None:
        return
    yield say("Next is phase {number}: {title}.", number=after.number, title=after.title)
    if not (this.earliest and after.earliest and this.earliest < after.earliest):
        return
    wait = span_words(int((moment(after.earliest) - moment(this.earliest)).total_seconds()))
    if after.earliest > now():
        yield say(
            "It may begin {wait} after phase {done} was published everywhere; by the plan, not before {date}.",
            wait=wait,
            done=this.number,
            date=moment_words(after.earliest, zone_of(made, machine_time_zone())),
        )
        return
    yield say("It may begin {wait} after phase {done} was published everywhere.", wait=wait, done=this.number)


def _unnumbered(number: int) -> UsageError:
    """Why a number alone means nothing: a plan made anew leaves out what is published, and counts anew."""
    return UsageError(
        say(
            "--phase {number} counts the phases of a saved plan, since a plan made now leaves out what is published "
            "already and would count anew: save it before you publish (mailsetup plan --output {file}), then give "
            "--plan {file}",
            number=number,
            file=PLAN_FILE,
        )
    )


def _beside(domain: str | None, options: PlanOptions) -> str:
    """The plan saved beside the project file, where nothing else says what is expected; else ``""``."""
    if options.provider or options.no_mail or options.senders or options.settings:
        return ""
    project = find()
    if project is None or (domain and DomainName.parse(domain) != project.domain):
        return ""
    named = project.move.get("plan")
    if isinstance(named, str) and named:
        return str(Path(project.origin).parent / named)
    place = Path(project.origin).parent / PLAN_FILE
    return str(place) if place.is_file() and _is_plan_of(project, place) else ""


def _is_plan_of(project: Project, place: Path) -> bool:
    """Whether what merely lies there is a plan for the project's domain: other tools write a ``plan.json`` too."""
    try:
        return read_plan(str(place)).domain == project.domain
    except InputError:
        return False


def _heading(made: Plan, waited: verifying.Waited, file: str, due: int | str | None) -> Message:
    """Which phase was judged, by the saved plan's number or, of a plan made now, by its title."""
    found = waited.verification
    if not isinstance(due, int) and found.finished:
        if any(item.held for item in found.items):
            return say(
                "{domain}: all is published; stricter DMARC policies wait for their reports",
                domain=made.domain,
            )
        return say("{domain}: all is published", domain=made.domain)
    title = next((p.title for p in made.phases if p.number == found.phase_due), None)
    if due == "all" or title is None:
        return say("{domain}, all phases", domain=made.domain)
    if file:
        return say(
            "{domain}, phase {number} of {file}: {title}",
            domain=made.domain,
            number=found.phase_due,
            file=file,
            title=title,
        )
    return say("{domain}, next: {title}", domain=made.domain, title=title)


def _expected(domain: str | None, options: PlanOptions) -> tuple[DomainName, PlanOptions]:
    """The domain, and what a plan made now is made from: the project file, or the options."""
    name, project = project_for(domain)
    if project is None and not (options.provider or options.no_mail or options.senders):
        raise UsageError(
            say(
                "nothing says what {name} should have; give --plan plan.json (mailsetup plan --output makes one),"
                " --provider ID, or make {file_name} with mailsetup init",
                name=name,
                file_name=FILE_NAME,
            )
        )
    wanted = planning.options_of(project, options) if project is not None else options
    return name, replace(wanted, predict=False)


def _phase(text: str) -> int | str | None:
    if text in ("", "all"):
        return text or None
    if re.fullmatch(r"0*[1-9][0-9]{0,8}", text):
        return int(text)
    raise UsageError(say('--phase "{text}" is neither a number nor all', text=text[:20]))


def services_of(made: Plan) -> tuple[Any, ...]:
    """The profiles of a plan, for the other record sets that are right too."""
    from mailsetup.profiles import load, profile_ids, resolve

    known = set(profile_ids())
    return tuple(resolve(load(i), made.domain, {}) for i in made.providers if i in known)


def _wait(
    made: Plan,
    settings: SourceSettings,
    limit: float,
    due: int | str | None,
    filled: tuple[Any, ...],
    started: str,
    tell: Callable[[str], None],
) -> verifying.Waited:
    watch = verifying.Watch(
        fresh=lambda: open_source(settings).source,
        clock=time.monotonic,
        progress=lambda line: tell(str(line)),
    )

    async def waiting() -> verifying.Waited:
        return await verifying.wait_until(made, watch, limit, due, services=filled, now=started)

    return asyncio.run(_interruptible(waiting()))


async def _interruptible(work: Coroutine[Any, Any, T]) -> T:
    """Lets Ctrl-C cancel the work, which then ends with what it knows."""
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        task.cancel()
        return await task
