"""
The catalogues of texts: reads every text that users see out of the tree, keeps ``mailsetup/locale`` in step.

    catalogues.py              adds new texts (untranslated) to each .po, drops those that are gone, compiles
    catalogues.py --missing    lists what has no translation
    catalogues.py --compile    only makes the .mo files anew

A text is what is handed to ``say``, ``phrase``, ``translated``, ``Message`` or ``case.finding`` (and its
``remedy=``), a check's title and the prose of its page, the help of commands and options, what stands in
``_()`` of a page template, the option parser's own sentences, and the sentences of the data files.
"""

from __future__ import annotations

import argparse
import ast
import datetime
import io
import re
import sys
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from babel.messages import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
PRODUCT = ROOT / "mailsetup"
LOCALE = PRODUCT / "locale"
LANGUAGES = ("ru",)
SAYING = ("say", "phrase", "translated", "Message")
WRAPPERS = (
    "finds",
    "passes_over",
    "_says",
    "_refusals",
    "_refuse",
    "_broken",
    "_fault",
    "fault",
    "_complaint",
)
"""Functions that make a message of the template among their arguments."""
FIXED = datetime.datetime(
    2026, 1, 1, tzinfo=datetime.UTC
)  # a catalogue is the same bytes whenever it is made
DATES = re.compile(
    rb'^"(?:POT-Creation-Date|PO-Revision-Date|Generated-By|Last-Translator|Language-Team):.*\n', re.M
)

SENTENCES = {  # which keys of data files are sentences that users read, by folder
    "provider_profiles": (
        "providers",
        "detail field mx_alternatives.name mx_rule note notes required resolution steps values what_to_do where why",
    ),
    "mailsetup/dns_hosts": (
        "dns-hosts",
        "apex_advice apex_basis apex_note appends_zone appends_zone_note cname_apex dot_advice meaning "
        "mail_routing_path mx_advice mx_path mx_priority mx_priority_note mx_target name name_advice note "
        "older_path path presets single_record_advice steps trailing_dot trailing_dot_note traps ttl_default "
        "ttl_note txt_advice txt_max_note txt_no txt_note txt_quotes txt_quotes_note txt_split_note types_note "
        "underscores value verify multi_txt set",
    ),
    "mailsetup/receivers": (
        "receivers",
        "name requirement would action threshold applies_to",
    ),
    "mailsetup/policies": ("policies", "title version warnings doubt clause note not-required"),
    "mailsetup/blocklists": (
        "blocklists",
        "detail what meaning policy note default_note query_note refusal_note lookup",
    ),
    "mailsetup/data": ("data", "text rest advice"),
}
"""Folder -> the .po file's name and the keys, parted by spaces. A value without a space in it is a name, not a sentence."""


class Text(NamedTuple):
    """A text, its plural where gettext's own is used, where it was seen, and the .po file it belongs to."""

    id: str | tuple[str, str]
    place: str
    room: str


def texts() -> Iterator[Text]:
    """Every text of the tree, in a fixed order."""
    yield from _code()
    yield from _pages()
    yield from _manual()
    yield from _commands()
    yield from _data()
    yield from _option_parser()


def _code() -> Iterator[Text]:
    for path in sorted(PRODUCT.rglob("*.py")):
        place = path.relative_to(ROOT).as_posix()
        module = _Module(path)
        for text in module.texts():
            yield Text(text, place, _room(place))


def _room(place: str) -> str:
    parts = place.split("/")
    if parts[1] == "checks":
        return f"checks-{parts[2]}" if len(parts) > 3 else "checks"
    return "cli" if parts[1] == "__main__.py" else parts[1].removesuffix(".py")


class _Module:
    """A module's texts: literals, through conditions and the names they were given before."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.tree = ast.parse(path.read_text(encoding="utf-8"))
        self.constants: dict[str, ast.expr] = {}
        for node in self.tree.body:
            targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
            value = getattr(node, "value", None)
            if isinstance(node, ast.Assign | ast.AnnAssign) and value is not None:
                self.constants |= {t.id: value for t in targets if isinstance(t, ast.Name)}
        self.locals: dict[str, list[ast.expr]] = {}
        for inner in ast.walk(self.tree):
            if isinstance(inner, ast.Assign) and isinstance(inner.value, ast.Constant | ast.IfExp):
                for target in inner.targets:
                    if isinstance(target, ast.Name) and target.id not in self.constants:
                        self.locals.setdefault(target.id, []).append(inner.value)

    def texts(self) -> Iterator[str]:
        """What this module says."""
        for node in ast.walk(self.tree):
            if not isinstance(node, ast.Call):
                continue
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            if (name in SAYING or name == "finding") and node.args:
                yield from self._strings(node.args[0])
            keywords = {k.arg: k.value for k in node.keywords}
            if name in WRAPPERS:
                yield from (
                    t for a in node.args for t in self._strings(a) if " " in t and not t.startswith("RFC ")
                )
            if name == "rule" and len(node.args) > 2:
                yield from self._strings(node.args[2])
            if name in ("finding", "Finding", "finds", "_says") and "remedy" in keywords:
                yield from self._strings(keywords["remedy"])
            if name == "check" and "title" in keywords:
                yield from self._strings(keywords["title"])

    def _strings(self, node: ast.expr) -> Iterator[str]:
        match node:
            case ast.Constant(value=str(text)) if text:
                yield text
            case ast.IfExp(body=body, orelse=orelse):
                yield from self._strings(body)
                yield from self._strings(orelse)
            case ast.BoolOp(values=values):
                for value in values:
                    yield from self._strings(value)
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                for one in self._strings(left):
                    for other in self._strings(right):
                        yield one + other
            case ast.Name(id=name) if name in self.constants:
                yield from self._strings(self.constants[name])
            case ast.Name(id=name) if name in self.locals:
                for value in self.locals[name]:
                    yield from self._strings(value)
            case ast.Name(id=name):
                yield from self._imported(name)
            case ast.Dict(values=values) | ast.Tuple(elts=values) | ast.List(elts=values):
                for value in values:
                    yield from self._strings(value)
            case ast.Subscript(value=table):
                yield from self._strings(table)

    def _imported(self, name: str) -> Iterator[str]:
        for node in ast.walk(self.tree):
            if isinstance(node, ast.ImportFrom) and any((a.asname or a.name) == name for a in node.names):
                path = self._file(node)
                if path is not None:
                    other = _Module(path)
                    if name in other.constants:
                        yield from other._strings(other.constants[name])

    def _file(self, node: ast.ImportFrom) -> Path | None:
        if node.level:
            base = self.path.parents[node.level - 1]
        elif (node.module or "").startswith("mailsetup"):
            base = ROOT
        else:
            return None
        path = base.joinpath(*(node.module or "").split("."))
        for candidate in (path.with_suffix(".py"), path / "__init__.py"):
            if candidate.is_file():
                return candidate
        return None


def _pages() -> Iterator[Text]:
    from jinja2.ext import babel_extract

    for path in sorted((PRODUCT / "forms" / "page").glob("*.html")):
        place = path.relative_to(ROOT).as_posix()
        options = {"trim_blocks": "true", "lstrip_blocks": "true", "newstyle_gettext": "true"}
        with path.open("rb") as file:
            for _, _, message, _ in babel_extract(file, ("_", "gettext", "ngettext"), [], options):
                words = [w for w in message if w] if isinstance(message, tuple) else [message]
                yield Text((words[0], words[1]) if len(words) > 1 else words[0], place, "forms")


def _manual() -> Iterator[Text]:
    from mailsetup.message.rulebook import all_rules
    from mailsetup.run.explain import paragraphs, remedy_templates
    from mailsetup.run.registry import all_checks

    for check in sorted(all_checks(), key=lambda c: c.id):
        place = check.judge.__module__.replace(".", "/") + ".py"
        for text in paragraphs(check):
            yield Text(text, place, _room(place))
        for text in remedy_templates(check):
            yield Text(text, place, _room(place))
        if check.condition:
            yield Text(check.condition, "mailsetup/checks/_when.py", "checks")
    for rule in all_rules():
        prose = " ".join((rule.judge.__doc__ or "").split())
        if rule.about is None:
            yield Text(prose, rule.judge.__module__.replace(".", "/") + ".py", "message")


def _commands() -> Iterator[Text]:
    from mailsetup.cli.app import command
    from mailsetup.cli.speaking import texts_of

    for text in texts_of(command()):
        yield Text(text, "mailsetup/cli", "cli")


def _data() -> Iterator[Text]:
    for folder, (room, keys) in SENTENCES.items():
        for path in sorted((ROOT / folder).glob("*.toml")):
            place = path.relative_to(ROOT).as_posix()
            for text in sentences(tomllib.loads(path.read_text(encoding="utf-8")), frozenset(keys.split())):
                yield Text(text, place, room)


def sentences(value: Any, keys: frozenset[str], key: str = "", above: str = "") -> Iterator[str]:
    """The strings under these keys, at any depth; ``table.key`` is a key of that table alone."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from sentences(inner, keys, name, key)
    elif isinstance(value, list):
        for inner in value:
            yield from sentences(inner, keys, key, above)
    elif isinstance(value, str) and " " in value.strip() and not keys.isdisjoint((key, f"{above}.{key}")):
        yield value


def _option_parser() -> Iterator[Text]:
    import typer

    folder = Path(typer.__file__).parent
    for path in [folder / "core.py", *sorted((folder / "_click").glob("*.py"))]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
                continue
            words = [a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
            if node.func.id == "_" and words:
                yield Text(words[0], "typer", "options")
            elif node.func.id == "ngettext" and len(words) == 2:
                yield Text((words[0], words[1]), "typer", "options")


def templates() -> dict[str, Catalog]:
    """What is to be translated, by .po file: a text belongs to the first place that says it."""
    found: dict[str, Catalog] = {}
    seen: dict[str, str] = {}
    for text in texts():
        key = text.id if isinstance(text.id, str) else text.id[0]
        if not key.strip() or not re.search(r"[^\W\d_]{2}", re.sub(r"\{[^}|]*\}", "", key)):
            continue  # nothing in it that could be said otherwise
        room = seen.setdefault(key, text.room)
        catalogue = found.setdefault(room, _empty(None))
        catalogue.add(text.id, locations=[(text.place, 0)])
    return found


def _empty(language: str | None) -> Catalog:
    return Catalog(
        locale=language,
        project="mailsetup",
        creation_date=FIXED,
        revision_date=FIXED,
        fuzzy=False,
        charset="utf-8",
        header_comment=f"# mailsetup's texts{' in ' + language if language else ''}.",
    )


def brought_up(language: str) -> dict[str, Catalog]:
    """A language's catalogues as they should be: today's texts with the translations that exist."""
    known = {_key(m.id): m.string for c in read(language).values() for m in c if m.id}
    wanted: dict[str, Catalog] = {}
    for room, template in templates().items():
        made = wanted[room] = _empty(language)
        for message in template:
            if message.id:
                places = sorted({place for place, _ in message.locations})[:3]
                made.add(message.id, known.get(_key(message.id), ""), locations=[(p, 0) for p in places])
    return wanted


def _key(message_id: Any) -> str:
    return message_id if isinstance(message_id, str) else message_id[0]


def read(language: str) -> dict[str, Catalog]:
    """A language's .po files."""
    found = {}
    for path in sorted((LOCALE / language).glob("*.po")):
        with path.open("rb") as file:
            found[path.stem] = read_po(file, locale=language)
    return found


def as_po(catalogue: Catalog) -> bytes:
    """A catalogue as a .po file, without dates."""
    out = io.BytesIO()
    write_po(out, catalogue, width=110, include_lineno=False, sort_by_file=True)
    return DATES.sub(b"", out.getvalue())


def as_mo(catalogues: Iterable[Catalog], language: str) -> bytes:
    """Several .po files as the one file that is read when the tool runs; untranslated texts stay out."""
    whole = _empty(language)
    for catalogue in catalogues:
        for message in catalogue:
            if message.id and _said(message.string):
                whole.add(message.id, message.string)
    out = io.BytesIO()
    write_mo(out, whole)
    return out.getvalue()


def _said(string: Any) -> bool:
    return bool(string) if isinstance(string, str) else bool(string) and all(string)


def write(language: str, catalogues: dict[str, Catalog]) -> None:
    """Writes the .po files that changed, takes away those that are empty."""
    folder = LOCALE / language
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.glob("*.po"):
        if path.stem not in catalogues:
            path.unlink()
    for room, catalogue in catalogues.items():
        path, made = folder / f"{room}.po", as_po(catalogue)
        if not path.is_file() or path.read_bytes() != made:
            path.write_bytes(made)


def compiled(language: str) -> None:
    """Makes the .mo file."""
    path = LOCALE / language / "LC_MESSAGES" / "mailsetup.mo"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(as_mo(read(language).values(), language))


def untranslated(catalogues: dict[str, Catalog]) -> Iterator[tuple[str, str]]:
    """Texts without a translation, with their .po file."""
    for room, catalogue in catalogues.items():
        for message in catalogue:
            if message.id and not _said(message.string):
                yield room, _key(message.id)


def main() -> None:
    parser = argparse.ArgumentParser(description="the catalogues of texts")
    parser.add_argument("--missing", action="store_true", help="list what has no translation")
    parser.add_argument("--compile", action="store_true", help="only make the .mo files anew")
    given = parser.parse_args()
    for language in LANGUAGES:
        if given.missing:
            for room, text in untranslated(brought_up(language)):
                print(f"{language}/{room}.po: {text!r}")
            continue
        if not given.compile:
            write(language, brought_up(language))
        compiled(language)
        catalogues = read(language).values()
        total = sum(1 for c in catalogues for m in c if m.id)
        said = sum(1 for c in catalogues for m in c if m.id and _said(m.string))
        print(f"{language}: {said} of {total} texts", file=sys.stderr)


if __name__ == "__main__":
    main()
