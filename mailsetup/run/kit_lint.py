"""
``mailsetup kit lint``: letters and signatures, from files and folders, judged and mended.

What a folder holds is linted where it is a letter or signature: pages that explain (``index.html``, ``install.html``,
the gallery) and lists of limits are no letters. Named files are linted whatever their name.
"""

from __future__ import annotations

import difflib
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from mailsetup.model.brand import Brand
from mailsetup.model.errors import InputError, UsageError
from mailsetup.model.finding import AuditRun, CheckPage, DomainReport, Place, Severity
from mailsetup.model.language import language, translated
from mailsetup.model.lint import Points
from mailsetup.model.message import Message, phrase, say
from mailsetup.model.names import printable

if TYPE_CHECKING:
    from mailsetup.kit.lint.mending import Change

FORMS = ("terminal", "json", "jsonl", "markdown", "csv", "sarif", "junit", "github")
LANGUAGES = ("en", "ru")
SUFFIXES = (".html", ".htm", ".txt", ".eml", ".mailsignature")
PAGES = frozenset(
    (
        "index.html",
        "install.html",
        "install.txt",
        "kit-preview.html",
        "preview.html",
        "gallery.html",
        "colors.html",
    )
)

PARTS_PASSED_OVER = frozenset((".git", ".venv", "node_modules", "__pycache__"))
FILE_LIMIT = 100_000  # of one run
OCTET_LIMIT = 30 * 1024 * 1024  # of one file: the largest letter that providers take
SEVERITIES = (*Severity, "never")
STDIN = "-"


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

    ``mend`` works out what can be mended; with ``written`` it is in the file, so what is left is what is told.
    """

    brand: Brand | None = None
    lang: str = "en"
    kind: str = ""
    locale: str = ""
    purpose: str = ""
    ignore: tuple[str, ...] = ()
    today: date | None = None
    mend: bool = False
    written: bool = False
    spamd: str = ""
    rspamd: str = ""


@dataclass(frozen=True, slots=True)
class Linted:
    """One file, judged: ``source`` and ``mended`` are its text as it is and as it would be."""

    path: str
    report: DomainReport
    source: str = ""
    mended: str = ""
    form: str = ""
    changes: tuple[Change, ...] = ()


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
) -> int:
    """The command: judges files and folders, writes the form asked for, returns the exit code."""
    from .exit_codes import Tally

    lang = out.lang or language()
    if lang not in LANGUAGES:
        raise UsageError(
            say(
                "--lang {lang} does not exist here; there are {languages}",
                lang=lang,
                languages=", ".join(LANGUAGES),
            )
        )
    if explain:
        sys.stdout.write(explained(explain, lang))
        return 0
    if not paths:
        raise UsageError(
            say("no file was given; name .html, .txt or .eml files, a folder, or - for standard input")
        )
    fail_on = fail_on or "error"
    if fail_on not in SEVERITIES:
        raise UsageError(
            say(
                "--fail-on {fail_on} does not exist; there are {severities}",
                fail_on=fail_on,
                severities=", ".join(SEVERITIES),
            )
        )
    if kind and kind not in "TRAMS":
        raise UsageError(
            say("--class {kind} does not exist; there are T, R, A, M and S (a signature)", kind=kind)
        )
    form = _form(out)
    firm = _brand(brand)
    settings = LintSettings(
        firm,
        lang,
        kind,
        of,
        ignore=firm.lint.ignore if firm else (),
        mend=fix or write,
        written=write,
        spamd=spamd,
        rspamd=rspamd,
    )
    files = tuple(found(paths))
    tally = Tally(fail_on)
    run = lint_run(files, settings, tally, fail_on, _mender(fix, write, form, out))
    _write(out, form, run)
    return tally.exit_code


def _form(out: Output) -> str:
    suffix = Path(out.output).suffix.lstrip(".") if out.output else ""
    name = out.format or {"md": "markdown"}.get(suffix, suffix if suffix in FORMS else "terminal")
    if name not in FORMS:
        raise UsageError(
            say("--format {name} does not exist here; there are {forms}", name=name, forms=", ".join(FORMS))
        )
    return name


def _brand(given: str) -> Brand | None:
    """The brand named, or the one that lies here or is named by the project file; None without any."""
    from .kit_brand import BRAND_FILE, load_brand, load_people
    from .project import find

    place = given or (BRAND_FILE if Path(BRAND_FILE).is_file() else "")
    if not place:
        project = find()
        place = str(project.kit.get("brand") or "") if project is not None else ""
    if not place:
        return None
    firm = load_brand(place)
    return replace(firm, people=load_people(firm))


def found(paths: Sequence[str]) -> Iterator[str]:
    """The files to lint, in order: those named, and the letters in folders. `InputError` for what is not there."""
    seen: set[Path] = set()
    for given in paths:
        if given == STDIN:
            yield given
            continue
        place = Path(given)
        if place.is_dir():
            letters = [p for p in sorted(place.rglob("*")) if _is_letter(p, place)]
            if not letters:
                raise InputError(
                    say(
                        "{given}: holds no letter; {suffixes} files are linted",
                        given=given,
                        suffixes=", ".join(SUFFIXES),
                    )
                )
            for one in letters[:FILE_LIMIT]:
                if one not in seen:
                    seen.add(one)
                    yield one.as_posix()
        elif place.is_file():
            seen.add(place)
            yield place.as_posix()
        else:
            raise InputError(
                say("{given} is not there; name a file, a folder, or - for standard input", given=given)
            )


def _is_letter(path: Path, root: Path) -> bool:
    if path.suffix.lower() not in SUFFIXES or path.name.lower() in PAGES or path.stem.isupper():
        return False
    if path.parent.name == "moved" and path.name.startswith("notice-line."):  # for the web site, no letter
        return False
    if path.parts[-3:-1] == ("hosted", "pages"):  # what a phone opens, no letter
        return False
    return (
        path.is_file() and not path.is_symlink() and not PARTS_PASSED_OVER & set(path.relative_to(root).parts)
    )


class _Silent:
    """Takes judged files and does nothing with them."""

    def take(self, one: Linted) -> None:
        """Nothing."""


class _Mender(_Silent):
    """Shows what would be mended as a diff, or writes it."""

    def __init__(self, show: bool, write: bool, quiet: bool) -> None:
        self._show, self._write, self._quiet = show, write, quiet

    def take(self, one: Linted) -> None:
        """One file."""
        if one.mended == one.source:
            return
        if self._show:
            sys.stdout.write(difference(one))
        if self._write and one.path != STDIN:
            told = _rewrite(one)
            if not self._quiet:
                print(told, file=sys.stderr)


def _mender(fix: bool, write: bool, form: str, out: Output) -> _Silent:
    if not fix and not write:
        return _Silent()
    return _Mender(fix and form == "terminal" and not out.output, write, out.quiet)


def difference(one: Linted) -> str:
    """What mending would change, as a unified diff."""
    return "".join(_difference(change) for change in one.changes)


def _difference(change: Change) -> str:
    before, after = change.before.splitlines(keepends=True), change.after.splitlines(keepends=True)
    lines = difflib.unified_diff(before, after, f"a/{change.name}", f"b/{change.name}")
    return "".join(printable(line.rstrip("\r\n")) + "\n" for line in lines)


def _rewrite(one: Linted) -> Message:
    """The mended file in place of the old one, in its encoding, whole or not at all; and what is told about it."""
    from mailsetup.edge.folder_beside import write_bytes
    from mailsetup.kit.lint import encoding

    if one.form == "eml":
        made: bytes | None = one.mended.encode("ascii", "surrogateescape")
    else:
        written = encoding.read(Path(one.path).read_bytes(), page=one.form == "html")
        made = encoding.octets(one.mended, written)
    if made is None:
        return say(
            "not mended: {path}: its encoding lacks a character of the mend; save it as UTF-8", path=one.path
        )
    write_bytes(Path(one.path), made, force=True)
    return say("mended: {path}", path=one.path)


def lint_run(
    files: Sequence[str],
    settings: LintSettings,
    tally: Any,
    fail_on: str = "error",
    mender: _Silent | None = None,
) -> AuditRun:
    """A run over files, judged one by one as the form asks for them."""
    from mailsetup._version import __version__

    def reports() -> Iterator[DomainReport]:
        for path in files:
            one = lint_file(path, settings)
            tally.add(one.report)
            if mender is not None:
                mender.take(one)
            yield one.report

    return AuditRun(
        tool={"name": "mailsetup", "version": __version__},
        policy="kit lint",
        reports=reports(),
        place=place,
        page=lambda check: page(check, settings.lang),
        fail_on=fail_on,
    )


def lint_file(path: str, settings: LintSettings | None = None) -> Linted:
    """One file, ``-`` for standard input. `InputError` where it cannot be read."""
    data = sys.stdin.buffer.read(OCTET_LIMIT + 1) if path == STDIN else _read(path)
    return lint_bytes(path if path != STDIN else "stdin", data, settings)


def _read(path: str) -> bytes:
    from mailsetup.edge.files import read_bytes

    return read_bytes(path, phrase("letter"), OCTET_LIMIT)


def lint_bytes(path: str, data: bytes, settings: LintSettings | None = None) -> Linted:
    """A letter in memory; ``path`` names it and says its form."""
    from mailsetup.kit.lint import document, judge, mending

    from .kit_dictionaries import spellers
    from .kit_pictures import beside

    wishes = settings or LintSettings()
    now = datetime.now(UTC)
    given = document.Given(wishes.kind, wishes.locale, wishes.purpose)
    found = document.read(
        path,
        data[:OCTET_LIMIT],
        brand=wishes.brand,
        spellers=spellers(),
        today=wishes.today or now.date(),
        given=given,
        points=_points(path, data, wishes),
        beside=beside(path, wishes.brand),
    )
    judged = judge.judge(found, ignore=wishes.ignore, lang=wishes.lang, as_of=f"{now:%Y-%m-%dT%H:%M:%SZ}")
    if not wishes.mend:
        return Linted(path, judged.report, found.source, found.source, found.form)
    done = mending.mend(found, wishes.ignore)
    mended = mending.again(found, done.source)
    left = judge.judge(mended, ignore=wishes.ignore, lang=wishes.lang, as_of=judged.report.as_of)
    written = wishes.written and path != "stdin"
    told = left.report if written else judged.report
    notes = (*told.notes, *done.notes, _gained(judged.report, left.report, written=written))
    return Linted(path, replace(told, notes=notes), found.source, done.source, found.form, done.changes)


def _gained(before: DomainReport, after: DomainReport, *, written: bool) -> Message:
    """How many rules that fired are silent once the file is mended."""
    fired, left = ({v.check for v in report.verdicts if v.findings} for report in (before, after))
    counts = {"mended": len(fired - left), "n": len(fired)}
    if written:
        return Message("{mended} of the {n} rules that fired were mended; the others need you", counts)
    return Message("{mended} of the {n} rules that fired are mended by --write; the others need you", counts)


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


def place(owner: str, rdtype: str) -> Place | None:
    """Where a finding points: its owner is ``file:line``."""
    file, colon, line = owner.rpartition(":")
    return Place(file, int(line)) if colon and line.isdigit() else None


def _pages(lang: str) -> Mapping[str, CheckPage]:
    from mailsetup.kit.lint.catalogue import rules

    return {
        rule.id: CheckPage(
            id=rule.id,
            title=rule.says[lang],
            severity=rule.severity,
            prose=(rule.why[lang],),
            remedies=(),
            cites=(rule.source,),
            codes=(rule.id,),
        )
        for rule in rules()
    }


def page(check: str, lang: str = "en") -> CheckPage | None:
    """A rule's page for forms that carry one."""
    return _pages(lang).get(check)


def explained(check: str, lang: str = "en") -> str:
    """A rule's page in words. `UsageError` for a rule that does not exist."""
    from mailsetup.kit.lint.catalogue import rules

    rule = next((r for r in rules() if r.id == check.upper()), None)
    if rule is None:
        raise _no_rule(check, [r.id for r in rules()])
    mending = str(say("--write mends it.")) if rule.fixes else str(say("Not mended by --write."))
    mending = f"{mending} {rule.left[lang]}".rstrip()
    return (
        f"{rule.id} ({translated(rule.severity.value)})\n\n{rule.says[lang]}\n\n{rule.why[lang]}\n\n{mending}\n\n"
        f"{rule.source}\n\n"
        f"{say('fires on:')}\n{_shown(rule.fires.text)}\n\n{say('silent on:')}\n{_shown(rule.silent.text)}\n"
    )


def _no_rule(check: str, known: list[str]) -> UsageError:
    """The refusal of a rule that does not exist: the nearest, else the families there are."""
    import difflib

    near = difflib.get_close_matches(check.upper(), known, 3, 0.6)
    if near:
        return UsageError(
            say(
                "there is no rule {check}; did you mean {near}?",
                check=check,
                near=str(say(" or ")).join(near),
            )
        )
    families = dict.fromkeys(id.partition("-")[0] for id in known)
    return UsageError(
        say(
            "there is no rule {check}; they are called {first} to {last}, by family: {families}",
            check=check,
            first=known[0],
            last=known[-1],
            families=", ".join(families),
        )
    )


def _shown(text: str) -> str:
    return "\n".join("    " + printable(line) for line in text[:1200].rstrip("\n").split("\n"))


def _write(out: Output, form: str, run: AuditRun) -> None:
    module = import_module(f"mailsetup.forms.{form}")
    pieces: Iterator[str] = (
        module.render(_with_lines(run), _style(out)) if form == "terminal" else module.render(run)
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
