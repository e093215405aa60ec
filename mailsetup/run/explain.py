"""The manual: a check's page is its module's docstring, the standards are those that the code cites."""

from __future__ import annotations

import ast
import inspect
import re
import sys
from collections.abc import Iterator
from importlib.resources import files
from types import ModuleType

from mailsetup.forms.words import said_cite
from mailsetup.model.check import Check
from mailsetup.model.errors import UsageError
from mailsetup.model.language import language, translated
from mailsetup.model.lines import PAGE, folded, room_for, row
from mailsetup.model.message import Message, phrase, say
from mailsetup.model.nearest import nearest

from .registry import all_checks, check_named

SECTION = re.compile(r"^(Fires|Silent|Unknown) on.*:$", re.MULTILINE)
FIXED = "Publish the record as the finding shows it."
LINT_RULE = re.compile(r"[A-Za-z][A-Za-z0-9]{2}-\d{2}")
CODE = re.compile(r"[A-Za-z0-9]+([_-][A-Za-z0-9]+)+")
LETTERS = ("message/", "receiver/")
PLACEHOLDER = re.compile(r"\{(\w+)([^}]*)\}")
IDS_WIDTH = 38
PATH_WIDTH = 60  # of a module with what is before it
HEADING = re.compile(r"^\S.*:$", re.MULTILINE)
EXAMPLES = {"Fires": phrase("Fires on"), "Silent": phrase("Silent on"), "Unknown": phrase("Unknown on")}
SETTING = re.compile(r"\((options|selectors):")
SETTINGS = {"options": phrase("options"), "selectors": phrase("selectors")}
CITATION = re.compile(r"RFC (\d{3,5})(?: (?:sections? ([0-9A-Z.]+)|erratum (\d+)))?")


def page(check_id: str) -> str:
    """One check's page as text for a terminal; rules about letters and receivers have pages too."""
    if check_id.startswith(LETTERS):
        from .message import page_text

        text = page_text(check_id)
        if text:
            return text
    return "\n".join(_page(check_named(check_id)))


def _markdown_page(check_id: str) -> str:
    if check_id.startswith(LETTERS):
        from .message import page_markdown

        text = page_markdown(check_id)
        if text:
            return text
    return "\n".join(_markdown(check_named(check_id)))


def meant(name: str) -> list[str]:
    """
    The ids that a name stands for: itself, or those that decide the code of the rulebook that it is.

    `UsageError` names the nearest codes where it looks like one and is none.
    """
    if "/" in name or not CODE.fullmatch(name):
        return [name]
    decided = _decided()
    if name.upper() in decided:
        return decided[name.upper()]
    near = nearest(name.upper(), decided, 3)
    if not near:
        return [name]
    raise UsageError(
        say(
            'there is no check and no code "{name}"; did you mean {near}?',
            name=name,
            near=f" {say('or')} ".join(near),
        )
    )


def _decided() -> dict[str, list[str]]:
    """The codes of the rulebook, each with the ids of the checks and rules that decide it."""
    from .message import pages

    found: dict[str, list[str]] = {}
    ids = [(c.id, c.codes) for c in sorted(all_checks(), key=lambda c: c.id)]
    ids += [(p.id, p.codes) for p in pages()]
    for one_id, codes in ids:
        for code in codes:
            found.setdefault(code, []).append(one_id)
    return found


def _page(check: Check) -> Iterator[str]:
    yield check.id
    yield from folded(translated(check.title), usual=PAGE)
    yield ""
    yield prose_of(check)
    examples = said_examples(check)
    first = f"{translated('To mend it')}: "
    for number, remedy in enumerate(remedies(check)):
        led = first if number == 0 else f"{translated('or'):>{len(first) - 2}}: "
        yield from ([""] if number == 0 else [])
        yield from folded(remedy, led, " " * len(first), usual=PAGE)
    yield ""
    yield examples
    yield ""
    about = [say("Severity: {severity}", severity=translated(check.severity.value))]
    if check.yields_to:
        about.append(say("Explained away by: {checks}", checks=", ".join(check.yields_to)))
    if check.effective:
        about.append(say("In force since: {day}", day=check.effective))
    if check.opt_in:
        about.append(say("Judged only with: --{option}", option=check.opt_in))
    about.append(say("Source: {cites}", cites="; ".join(map(said_cite, check.cites))))
    about.append(say("Rulebook: {codes}", codes=", ".join(check.codes)))
    for fact in about:
        yield from folded(str(fact), "", "  ", usual=PAGE)


def parts(check: Check) -> tuple[str, str]:
    """A manual page's prose (without a first line that repeats the title) and its examples."""
    match = SECTION.search(check.manual)
    at = match.start() if match else len(check.manual)
    prose = check.manual[:at].strip("\n")
    first, _, rest = prose.partition("\n")
    if first.rstrip(".").lower() == check.title.rstrip(".").lower():
        prose = rest.strip("\n")
    return prose, check.manual[at:].strip("\n")


def said_examples(check: Check) -> str:
    """The examples with their headings in the language in use."""
    return SECTION.sub(_said_heading, parts(check)[1])


def _said_heading(match: re.Match[str]) -> str:
    words = match[0].replace(f"{match[1]} on", translated(EXAMPLES[match[1]]), 1)
    return SETTING.sub(lambda m: f"({translated(SETTINGS[m[1]])}:", words)


def paragraphs(check: Check) -> list[str]:
    """A page's prose as its paragraphs, each on one line; what is indented or listed keeps its lines."""
    return [
        block if re.search(r"^(?: |- |\d+\. )", block, re.MULTILINE) else " ".join(block.split())
        for block in re.split(r"\n\s*\n", parts(check)[0])
        if block.strip()
    ]


def prose_of(check: Check) -> str:
    """A page's prose in the language in use, folded as in the source; nothing twice that the title says there."""
    said = [translated(text) for text in paragraphs(check)]
    if said and said[0].rstrip(".").lower() == translated(check.title).rstrip(".").lower():
        del said[0]
    return "\n\n".join(text if "\n" in text else "\n".join(folded(text, usual=PAGE)) for text in said)


def remedy_templates(check: Check) -> list[str]:
    """What the check's findings advise, read from its source. Notes that ask for nothing have none."""
    module = sys.modules[check.judge.__module__]
    found = dict.fromkeys(_advice(ast.parse(inspect.getsource(module)), module))
    if FIXED in found and len(found) > 1:
        del found[FIXED]
    return list(found)


def remedies(check: Check) -> list[str]:
    """The advice in the language in use; values that a finding fills in stand in angle brackets."""
    return [PLACEHOLDER.sub(_placeholder, translated(text)) for text in remedy_templates(check)]


def _placeholder(match: re.Match[str]) -> str:
    """A value's name; of a number's words the last, which goes with many."""
    return match[2].rpartition("|")[2] if "|" in match[2] else f"<{match[1]}>"


def _advice(tree: ast.AST, module: ModuleType) -> Iterator[str]:
    """The remedies a module's calls give, and those of the shared functions it leaves the finding to."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        if name in ("Fix", "fault_findings", "size_remedy"):
            yield FIXED
        for keyword in node.keywords:
            if keyword.arg == "remedy":
                yield from _texts(keyword.value, module)
        shared = getattr(module, name, None)
        if inspect.isfunction(shared) and shared.__module__.startswith("mailsetup.checks._"):
            yield from _advice(ast.parse(inspect.getsource(shared)), sys.modules[shared.__module__])


def _texts(node: ast.expr, module: ModuleType) -> Iterator[str]:
    for part in ast.walk(node):
        value = getattr(module, part.id, None) if isinstance(part, ast.Name) else getattr(part, "value", None)
        if isinstance(value, str) and " " in value:
            yield value


def index(*, brief: bool = False) -> str:
    """Every check, a line each; the ids alone when brief."""
    from .message import pages

    rows = [(c.id, translated(c.severity.value), translated(c.title)) for c in all_checks()]
    rows += [(p.id, translated(str(p.severity)), translated(p.title)) for p in pages()]
    if brief:
        return "\n".join(sorted(one_id for one_id, _, _ in rows))
    width = max(8, *(len(severity) for _, severity, _ in rows))
    titles_at = IDS_WIDTH + width + 2
    ids = IDS_WIDTH if room_for(titles_at) else 0
    lines = (row(f"{one_id:<{ids}} {severity}", title, titles_at) for one_id, severity, title in sorted(rows))
    return "\n".join(line for each in lines for line in each)


def manual() -> str:
    """Every check's page in Markdown: the reference in docs/."""
    out = [
        f"# {translated('The checks')}",
        "",
        translated(
            "Made by `mailsetup explain --all --format md`; the pages are the checks' own docstrings."
        ),
        "",
    ]
    subject = ""
    for check in sorted(all_checks(), key=lambda c: c.id):
        if check.id.split("/")[0] != subject:
            subject = check.id.split("/")[0]
            out += [f"## {subject}", ""]
        out += [*_markdown(check), ""]
    return "\n".join(out)


def _markdown(check: Check) -> Iterator[str]:
    prose, examples = prose_of(check), said_examples(check)
    yield f"### {check.id}"
    yield ""
    yield f"**{translated(check.title)}** ({translated(check.severity.value)})"
    yield ""
    if prose:
        yield prose
        yield ""
    for remedy in remedies(check):
        yield str(say("To mend it: {remedy}", remedy=Message(remedy)))
        yield ""
    yield HEADING.sub(lambda m: f"*{m.group(0)}*", examples)
    yield ""
    cites, codes = "; ".join(map(said_cite, check.cites)), ", ".join(f"`{c}`" for c in check.codes)
    yield str(say("Source: {cites}. Rulebook: {codes}.", cites=cites, codes=codes))


def standards() -> str:
    """Each RFC the code cites, with the modules that do."""
    cited: dict[int, set[str]] = {}
    root = files("mailsetup")
    for path, text in _sources(root, "mailsetup"):
        for match in CITATION.finditer(text):
            cited.setdefault(int(match.group(1)), set()).add(path)
    lines = (
        row(f"RFC {number}", ", ".join(sorted(places)), 10, needs=PATH_WIDTH)
        for number, places in sorted(cited.items())
    )
    return "\n".join(line for each in lines for line in each)


def _sources(folder: object, name: str) -> Iterator[tuple[str, str]]:
    for item in folder.iterdir():  # type: ignore[attr-defined]
        if item.is_dir() and not item.name.startswith("_"):
            yield from _sources(item, f"{name}/{item.name}")
        elif item.name.endswith(".py"):
            yield f"{name}/{item.name}", item.read_text(encoding="utf-8")


def explain(check_id: str | None, *, everything: bool, form: str, brief: bool = False) -> str:
    """What ``mailsetup explain`` prints; ``brief`` shortens the list of checks."""
    if everything:
        if form in ("md", "markdown"):
            return manual()
        return "\n\n".join("\n".join(_page(c)) for c in sorted(all_checks(), key=lambda c: c.id))
    if check_id is None:
        return index(brief=brief)
    if LINT_RULE.fullmatch(check_id):  # `message` shows them beside its checks
        from .lint_pages import explained

        return explained(check_id, language()).rstrip("\n")
    written = _markdown_page if form in ("md", "markdown") else page
    return "\n\n".join(written(one).rstrip("\n") for one in meant(check_id))
