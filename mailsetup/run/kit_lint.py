"""``mailsetup kit lint``: letters, signatures and templates, from files and folders, judged and mended."""

from __future__ import annotations

import functools
import itertools
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from importlib import import_module
from typing import TYPE_CHECKING, Any, Protocol, TextIO

from mailsetup.model.brand import Brand
from mailsetup.model.errors import InputError, UsageError
from mailsetup.model.finding import AuditRun, DomainReport, Severity
from mailsetup.model.language import language
from mailsetup.model.lint import Points, Wishes
from mailsetup.model.message import phrase, say

from .linted import Linted, gained

if TYPE_CHECKING:
    from mailsetup.kit.lint.around import Look, Planned
    from mailsetup.kit.lint.document import Given

    from .lint_inputs import Input
    from .lint_mender import Mender
    from .lint_setup import Basis

FORMS = ("terminal", "json", "jsonl", "markdown", "csv", "sarif", "junit", "github")
LANGUAGES = ("en", "ru")
STDIN = "-"
SHOWN = 5  # files that are named when many are passed over
SEVERITIES = (*Severity, "never")
OCTET_LIMIT = 30 * 1024 * 1024  # of one file: the largest letter that providers take


class Output(Protocol):
    """What a run is told about its output: form, file, language and loudness."""

    @property
    def format(self) -> str: ...
    @property
    def output(self) -> str | None: ...
    @property
    def force(self) -> bool: ...
    @property
    def lang(self) -> str: ...
    @property
    def quiet(self) -> bool: ...
    @property
    def verbose(self) -> bool: ...
    @property
    def no_color(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class LintSettings:
    """
    How files are judged. ``kind``, ``locale`` and ``purpose`` are found out where they are not given.

    ``basis`` says by file how rules weigh; ``brand`` alone will do.
    ``mend`` works out what can be mended.
    """

    brand: Brand | None = None
    lang: str = "en"
    kind: str = ""
    locale: str = ""
    purpose: str = ""
    basis: Basis | None = None
    today: date | None = None
    mend: bool = False
    spamd: str = ""
    rspamd: str = ""
    planned: Planned | None = None
    usual: Mapping[str, Look] = field(default_factory=dict)
    """How most colleagues' signatures look, by the path of one."""

    def weights(self, path: str, template: str = "") -> Wishes:
        """How rules weigh for a file."""
        return self.basis.wishes(path, template) if self.basis is not None else Wishes(self.kind, self.locale)

    def given(self, weights: Wishes) -> Given:
        """What need not be found out about a file."""
        from mailsetup.kit.lint.document import Given

        return Given(self.kind or weights.kind, self.locale or weights.locale, self.purpose)


@dataclass(frozen=True, slots=True)
class Choice:
    """Which rules are asked, and how they weigh: a configuration, profiles, and rules by id or family."""

    config: str = ""
    profiles: tuple[str, ...] = ()
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()


def lint_command(
    paths: Sequence[str],
    brand: str,
    out: Output,
    *,
    fix: bool = False,
    write: bool = False,
    fail_on: str = "",
    kind: str = "",
    of: str = "",
    explain: str = "",
    spamd: str = "",
    rspamd: str = "",
    choice: Choice | None = None,
) -> int:
    """The command: judges files and folders, writes the form asked for, returns the exit code."""
    from mailsetup.kit.lint.wishes import ignored, selected

    from .exit_codes import USAGE, Tally
    from .lint_around import planned, usual
    from .lint_inputs import SUFFIXES, inputs
    from .lint_mender import Mender
    from .lint_setup import basis, templates_folder

    choice = choice or Choice()
    lang = _language(out)
    if explain:
        from .lint_pages import explained

        sys.stdout.write(explained(explain, lang))
        return 0
    _check_wishes(paths, kind, write=write)
    form = _form(out)
    asked = Wishes(kind, of, left_out={**selected(choice.select), **ignored(choice.ignore)})
    by = basis(paths, brand=brand, config=choice.config, profiles=_names(choice.profiles), asked=asked)
    fail_on = _fail_on(fail_on or (by.config.fail_on if by.config else ""))
    settings = LintSettings(by.brand, lang, kind, of, basis=by, mend=fix or write, spamd=spamd, rspamd=rspamd)
    passed: list[str] = []
    files = tuple(inputs(paths, templates_folder(by.brand), passed))
    if passed and not files:
        raise InputError(
            say(
                "{path}: is no letter; {suffixes} files are linted",
                path=passed[0],
                suffixes=", ".join(SUFFIXES),
            )
        )
    if passed and not out.quiet:
        _tell(say("passed over, as they are no letters: {paths}", paths=", ".join(passed[:SHOWN])))
    settings = replace(settings, planned=planned(by.brand), usual=usual(files, by.brand, kind, of))
    for fault in by.faults:
        _tell(fault)
    tally, refused = Tally(fail_on), list[str]()
    mender = Mender(show=_beside_results(out, form) if fix else None, write=write, quiet=out.quiet)
    _write(out, form, lint_run(files, settings, tally, fail_on, mender, refused if len(files) > 1 else None))
    return USAGE if (refused or mender.refused) and tally.exit_code == 0 else tally.exit_code


def _language(out: Output) -> str:
    lang = out.lang or language()
    if lang not in LANGUAGES:
        raise UsageError(
            say(
                "--lang {lang} does not exist here; there are {languages}",
                lang=lang,
                languages=", ".join(LANGUAGES),
            )
        )
    return lang


def _check_wishes(paths: Sequence[str], kind: str, *, write: bool) -> None:
    from mailsetup.kit.lint.wishes import CLASSES

    if not paths:
        raise UsageError(
            say(
                "no file was given; name .html, .txt or .eml files, a folder, a template's id, or - for standard input"
            )
        )
    if write and STDIN in paths:
        raise UsageError(
            say("standard input cannot be mended in its place; name a file, or see the mends with --fix")
        )
    if kind and (len(kind) > 1 or kind not in CLASSES):
        raise UsageError(
            say("--class {kind} does not exist; there are T, R, A, M and S (a signature)", kind=kind)
        )


def _beside_results(out: Output, form: str) -> TextIO:
    """Where a diff spoils no document: before the report on stdout, else beside it."""
    free = form == "terminal" or out.output not in (None, "-")
    return sys.stdout if free else sys.stderr


def _tell(sentence: object) -> None:
    print(f"mailsetup: {sentence}", file=sys.stderr)


def _names(profiles: Sequence[str]) -> tuple[str, ...]:
    return tuple(name.strip() for given in profiles for name in given.split(",") if name.strip())


def _fail_on(given: str) -> str:
    if given and given not in SEVERITIES:
        raise UsageError(
            say(
                "--fail-on {fail_on} does not exist; there are {severities}",
                fail_on=given,
                severities=", ".join(SEVERITIES),
            )
        )
    return given or "error"


def _form(out: Output) -> str:
    from .output import form_by_name

    name = out.format or (form_by_name(out.output, FORMS) if out.output else "") or "terminal"
    if name not in FORMS:
        raise UsageError(
            say("--format {name} does not exist here; there are {forms}", name=name, forms=", ".join(FORMS))
        )
    return name


def lint_run(
    files: Sequence[Input],
    settings: LintSettings,
    tally: Any,
    fail_on: str = "error",
    mender: Mender | None = None,
    refused: list[str] | None = None,
) -> AuditRun:
    """
    A run over files, judged one by one as the form asks for them.

    What cannot be read is told and stops nothing where ``refused`` is there to take it, else it raises.
    """
    from mailsetup._version import __version__

    from .lint_pages import page, place

    def reports() -> Iterator[DomainReport]:
        told: set[str] = set()
        for one in files:
            try:
                for linted in lint_input(one, settings):
                    if linted.form == "source" and linted.path in told:
                        continue  # a table of several texts says the same once
                    told.add(linted.path)
                    written = mender is not None and mender.take(linted)
                    report = linted.left if written and linted.left is not None else linted.report
                    tally.add(report)
                    yield report
            except InputError as fault:
                if refused is None:
                    raise
                refused.append(str(fault))
                _tell(fault)

    return AuditRun(
        tool={"name": "mailsetup", "version": __version__},
        policy="kit lint",
        reports=reports(),
        place=place,
        page=lambda check: page(check, settings.lang),
        fail_on=fail_on,
    )


def lint_input(one: Input, settings: LintSettings) -> Iterator[Linted]:
    """Whatever a file is, judged; a template may have several texts."""
    from .lint_inputs import What
    from .lint_setup import Basis
    from .lint_templates import linted

    if one.what is What.LETTER:
        yield lint_file(one.path, settings)
        return
    yield from linted(one, settings.basis or Basis(settings.brand), settings.lang, mend=settings.mend)


def lint_file(path: str, settings: LintSettings | None = None) -> Linted:
    """One file, ``-`` for standard input. `InputError` where it cannot be read."""
    if path != STDIN:
        return lint_bytes(path, _read(path), settings)
    data = sys.stdin.buffer.read(OCTET_LIMIT + 1)
    if len(data) > OCTET_LIMIT:
        limit = OCTET_LIMIT // 1024 // 1024
        raise InputError(say("standard input is larger than {limit} MB; make it smaller", limit=limit))
    return lint_bytes("stdin", data, settings)


def _read(path: str) -> bytes:
    from mailsetup.edge.files import read_bytes

    return read_bytes(path, phrase("letter"), OCTET_LIMIT)


def lint_bytes(path: str, data: bytes, settings: LintSettings | None = None) -> Linted:
    """A letter in memory; ``path`` names it and says its form."""
    from mailsetup.kit.lint import document, judge, mending
    from mailsetup.kit.lint.around import Around

    from .kit_dictionaries import spellers
    from .kit_pictures import beside
    from .lint_around import not_judged

    wishes = settings or LintSettings()
    now = datetime.now(UTC)
    read = functools.partial(
        document.read,
        path,
        data[:OCTET_LIMIT],
        brand=wishes.brand,
        spellers=spellers(),
        today=wishes.today or now.date(),
        points=_points(path, data, wishes),
        beside=beside(path, wishes.brand),
        around=Around(wishes.planned, wishes.usual.get(path)),
    )
    weights = wishes.weights(path)
    found = read(given=wishes.given(weights), wishes=weights)
    if found.template and (own := wishes.weights(path, found.template)) != weights:
        found = read(given=wishes.given(own), wishes=own)
    if found.is_signature and (unknown := not_judged(found, wishes.planned)) is not None:
        found.left = (*found.left, unknown)
    judged = judge.judge(found, lang=wishes.lang, as_of=f"{now:%Y-%m-%dT%H:%M:%SZ}")
    if not wishes.mend:
        return Linted(path, judged.report, None, found.source, found.source, found.form)
    done = mending.mend(found)
    mended = mending.again(found, done.source)
    left = judge.judge(mended, lang=wishes.lang, as_of=judged.report.as_of)
    told = (
        replace(
            report, notes=(*report.notes, *done.notes, gained(judged.report, left.report, written=written))
        )
        for report, written in ((judged.report, False), (left.report, True))
    )
    return Linted(path, next(told), next(told), found.source, done.source, found.form, done.changes)


def _points(path: str, data: bytes, wishes: LintSettings) -> dict[str, Points]:
    """What spam filters say of a message, of those that the command names."""
    from mailsetup.edge import spam_filters

    if not (wishes.spamd or wishes.rspamd) or not path.lower().endswith(".eml"):
        return {}
    found = {}
    if wishes.spamd:
        found["spamassassin"] = spam_filters.spamassassin(wishes.spamd, data)
    if wishes.rspamd:
        found["rspamd"] = spam_filters.rspamd(wishes.rspamd, data)
    return found


def _write(out: Output, form: str, run: AuditRun) -> None:
    module = import_module(f"mailsetup.forms.{form}")
    pieces: Iterator[str] = module.render(run)
    if form == "terminal":
        total = _Total()
        read = replace(run, reports=map(total.add, run.reports))
        pieces = itertools.chain(
            module.render(_with_lines(read), _style(out)), () if out.quiet else total.line()
        )
    if out.output is None or out.output == STDIN:
        for piece in pieces:
            sys.stdout.write(piece)
        sys.stdout.flush()
        return
    from .output import beside

    with beside(out.output, force=out.force) as file:
        for piece in pieces:
            file.write(piece)
    if not out.quiet:
        print(say("written: {path}", path=out.output), file=sys.stderr)


@dataclass(slots=True)
class _Total:
    """What several files come to: the last line, since that of the last file would be read as theirs."""

    files: int = 0
    clean: int = 0
    severities: Counter[Severity] = field(default_factory=Counter)

    def add(self, report: DomainReport) -> DomainReport:
        """The report, counted."""
        found = [f.severity for v in report.verdicts for f in v.findings if f.waived is None]
        self.files += 1
        self.clean += not found
        self.severities.update(found)
        return report

    def line(self) -> Iterator[str]:
        """Nothing where one file said it already."""
        if self.files < 2:
            return
        told = say(
            "in all {files} files: {errors} {errors:error|errors} · {warnings} {warnings:warning|warnings} · "
            "{notes} {notes:note|notes}; {clean} without a finding",
            files=self.files,
            errors=self.severities[Severity.ERROR],
            warnings=self.severities[Severity.WARNING],
            notes=self.severities[Severity.INFO],
            clean=self.clean,
        )
        yield f"\n{told}\n"


def _with_lines(run: AuditRun) -> AuditRun:
    """The run for people: beside each rule's id stands the line it fires on."""

    def numbered(report: DomainReport) -> DomainReport:
        verdicts = tuple(
            v._replace(findings=tuple(f._replace(check=f"{f.check} {f.owner}") for f in v.findings))
            if v.findings
            else v
            for v in report.verdicts
        )
        return replace(report, verdicts=verdicts)

    return replace(run, reports=(numbered(report) for report in run.reports))


def _style(out: Output) -> Any:
    import os
    import shutil

    from mailsetup.forms.terminal import WIDTH, Style

    screen = out.output is None and sys.stdout.isatty()
    color = (
        screen and not out.no_color and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    )
    width = min(shutil.get_terminal_size((WIDTH, 24)).columns, 100) if screen else WIDTH
    return Style(color=color, quiet=out.quiet, verbose=out.verbose, width=max(width, 40))
