"""
A template judged by the letters it makes: every voice filled in with its samples, each finding at the template's line.

Where a template makes no letter, that is the finding: file, line and what to write.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType
from typing import NamedTuple

from mailsetup.kit import eml, templates
from mailsetup.kit.letter import Block, Letter, LetterSource, Template, bare
from mailsetup.kit.templates.catalogue import LOCALE_FILE, TEMPLATE_FILE, Catalogue, letter_source
from mailsetup.kit.toml_tables import line_of
from mailsetup.model.brand import Brand, Person, Voice
from mailsetup.model.errors import InputError
from mailsetup.model.finding import DomainReport, Finding, Remedy, Status, Verdict
from mailsetup.model.lint import Wishes
from mailsetup.model.message import say

from . import document, guess
from .document import Document, Given, Speller
from .flaws import Flaw
from .judge import finished, judge

HALF_TRANSLATED = "I18-03"
VALUE_LENGTH = 3  # characters; a shorter value of a finding stands on too many lines to tell which is meant
_TAG = re.compile(r"<[^<>]{0,5000}>")
_TARGET = re.compile(r"(?:href|src|alt)=\"([^\"]{1,500})\"")
_KEY = {"SUB-12": "preheader"}  # of the front matter; the others of its family speak of the subject
_STATUS = (
    Status.CRASHED,
    Status.FAIL,
    Status.PASS,
    Status.INCONCLUSIVE,
    Status.NOT_APPLICABLE,
)  # the first holds


class Source(NamedTuple):
    """
    One template's text in one locale. ``path`` is its file as the user names it, ``text`` what is in it.

    ``table`` is the text of its ``template.toml`` and ``table_path`` its file, empty where ours stands. ``lacking``
    are keys that the text of another language has and this one has not, each with that language.
    """

    path: str
    text: str
    template: Template
    locale: str
    catalogue: Catalogue
    table: str = ""
    table_path: str = ""
    lacking: tuple[tuple[str, str], ...] = ()


class Around(NamedTuple):
    """What a template is judged with."""

    brand: Brand
    people: Sequence[Person]
    spellers: Mapping[str, Speller]
    as_of: datetime
    wishes: Wishes
    lang: str = "en"


def source_of(path: str, files: Mapping[str, str], root: str, id: str, name: str) -> Source:
    """
    The template a file belongs to; ``files`` are its folder's and the common ones, by path below ``root``.

    `InputError` where it is none, or cannot be read.
    """
    match = LOCALE_FILE.match(name)
    if match is None:
        raise InputError(say("{path}: a template's text is named by its language; call it en.txt", path=path))
    own = f"{id}/{TEMPLATE_FILE}"
    kept = {n: text for n, text in files.items() if "/" not in n or n in (own, f"{id}/{name}")}
    found = templates.with_own(templates.bundled(), kept, root)
    template = found.get(id)
    only = in_one(template, match[1])
    templates.check(only, found)
    table = files.get(own, "")
    others = (
        (m[1], text)
        for n, text in files.items()
        if n.startswith(f"{id}/") and (m := LOCALE_FILE.match(n[len(id) + 1 :]))
    )
    lacking = tuple(_lacking(only.locales[match[1]], others))
    return Source(
        path, files[f"{id}/{name}"], only, match[1], found, table, f"{root}/{own}" if table else "", lacking
    )


def _lacking(own: LetterSource, others: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """What the texts of other languages say and this one does not; a text that cannot be read is told by itself."""
    keys = _keys(own)
    for locale, text in sorted(others):
        with suppress(InputError):
            missing = [key for key in _keys(letter_source(locale, text, locale)) if key not in keys]
            yield from ((key, locale) for key in missing)
            keys += missing


def _keys(written: LetterSource) -> list[str]:
    """The keys of a front matter, those of tables with the table's name; one text for all voices has no voice."""
    found = [f"subject.{voice}" for voice in written.subjects if voice]
    found += ["preheader"] if any(written.preheaders.values()) else []
    return found + [f"labels.{key}" for key in written.labels] + [f"sample.{key}" for key in written.samples]


def in_one(template: Template, locale: str) -> Template:
    """The template with its text in one locale alone."""
    return replace(template, locales=MappingProxyType({locale: template.locales[locale]}))


def flawed(path: str, flaw: Flaw, around: Around) -> DomainReport:
    """The report of a source that no letter can be made of."""
    found = document.Document(path, "", "source", wishes=around.wishes, flaws=(flaw,))
    return judge(found, lang=around.lang, as_of=_instant(around)).report


def judged(source: Source, around: Around) -> DomainReport:
    """One template in one locale, judged; `InputError` where it makes no letter."""
    made = tuple(letters(source, around))
    reports = [(letter, found, _report(found, around)) for letter, found in made]
    verdicts = tuple(
        _together(each, source, made)
        for each in zip(*(report.verdicts for _, _, report in reports), strict=True)
    )
    own = _of_table(source, around)
    verdicts = tuple(_half(own.get(v.check, v), source) for v in verdicts)
    notes = dict.fromkeys(note for _, _, report in reports for note in report.notes)
    told = say("a template: judged by the letters it makes with its samples; the lines are the template's")
    return finished(source.path, verdicts, (*notes, told), _instant(around))


def _half(verdict: Verdict, source: Source) -> Verdict:
    """The verdict on half a translation, with the keys that this language lacks."""
    if verdict.check != HALF_TRANSLATED or not source.lacking or verdict.reason is not None:
        return verdict
    lacking = tuple(
        Finding(
            verdict.check,
            verdict.severity,
            f"{source.path}:1",
            say("lacks {key}, which the text in {locale} has", key=key, locale=locale),
            remedy=Remedy(say("Half a translation looks like none: write it in this language too.")),
        )
        for key, locale in source.lacking
    )
    return verdict._replace(status=Status.FAIL, findings=(*verdict.findings, *lacking))


def _instant(around: Around) -> str:
    return f"{around.as_of:%Y-%m-%dT%H:%M:%SZ}"


def letters(source: Source, around: Around) -> Iterator[tuple[Letter, Document]]:
    """The letters of a template, one a voice; a voice that changes nothing is left out."""
    sender = templates.sender_of(source.template, around.people, source.locale)
    seen: list[tuple[object, ...]] = []
    for voice in (Voice.FORMAL, Voice.FRIENDLY):
        letter = templates.compose(
            source.template,
            around.brand,
            source.catalogue,
            locale=source.locale,
            voice=voice.value,
            sender=sender,
        )
        said = (letter.subject, letter.preheader, letter.blocks)
        if said in seen:
            continue
        seen.append(said)
        name = f"{source.template.id}.{source.locale}.eml"
        given = Given(source.template.kind.value, source.locale, source.template.id)
        yield (
            letter,
            document.read(
                name,
                eml.draft(letter, around.as_of),
                brand=around.brand,
                spellers=around.spellers,
                today=around.as_of.date(),
                given=given,
                wishes=_wishes(source, around.wishes),
            ),
        )


def _wishes(source: Source, below: Wishes) -> Wishes:
    reasoned = {rule: why for rule, why in source.template.left_out.items() if why}
    return Wishes(left_out=reasoned).over(below)


def _report(found: Document, around: Around) -> DomainReport:
    return judge(found, lang=around.lang, as_of=_instant(around)).report


def _of_table(source: Source, around: Around) -> Mapping[str, Verdict]:
    """What is wrong with ``[lint.ignore]`` of the template, by rule."""
    if not source.template.left_out or not source.table:
        return {}
    lines = ((line_of(source.table, "lint.ignore", r), r, why) for r, why in source.template.left_out.items())
    report = of_table(source.table_path, tuple((max(1, line), r, why) for line, r, why in lines), around)
    return {v.check: v for v in report.verdicts if v.findings}


def of_table(path: str, ignores: tuple[tuple[int, str, str], ...], around: Around) -> DomainReport:
    """The report of a table that is no letter but leaves rules out: line, rule and reason of each."""
    found = document.Document(path, "", "source", wishes=around.wishes, ignores=ignores)
    return judge(found, lang=around.lang, as_of=_instant(around)).report


def _together(
    verdicts: Sequence[Verdict], source: Source, made: Sequence[tuple[Letter, Document]]
) -> Verdict:
    """One verdict of a rule on all voices, its findings at the template's lines."""
    worst = min(verdicts, key=lambda v: _STATUS.index(v.status))
    found: dict[tuple[str, str], Finding] = {}
    for verdict, (letter, doc) in zip(verdicts, made, strict=True):
        for finding in verdict.findings:
            line = _line(finding, doc, letter, source)
            at = finding._replace(owner=f"{source.path}:{line}")
            found.setdefault((at.owner, str(at.message)), at)
    return worst._replace(findings=tuple(found.values()))


# --- the template's line of what a letter says ----------------------------------------------------------------


def _line(finding: Finding, doc: Document, letter: Letter, source: Source) -> int:
    """The line of the template that a finding is about; 1 where the letter as a whole is meant."""
    written = source.template.locales[source.locale]
    if finding.check.startswith("SUB-"):
        return _key_line(source.text, _KEY.get(finding.check, "subject"))
    number = int(finding.owner.rpartition(":")[2])
    said = _said_at(doc, number)
    values = [v for v in map(_spoken, finding.message.values.values()) if len(v) >= VALUE_LENGTH]
    best, line = 0.0, 1
    for text, at in _rows((*letter.blocks, *letter.footer)):
        score = _likeness(text, said, values)
        if score > best:
            best, line = score, at
    return _nearer(line, said, values, written) if line > 1 else max(1, line)


def _key_line(text: str, key: str) -> int:
    """The line of the front matter on which a key stands; 1 where it does not."""
    for number, line in enumerate(text.splitlines(), 1):
        if re.match(rf"\s*\[?{key}\b", line):
            return number
        if number > 1 and line.strip() == "+++":
            break
    return 1


def _spoken(value: object) -> str:
    return " ".join(value.split()) if isinstance(value, str) else ""


def _said_at(doc: Document, number: int) -> str:
    """The words on a line of the file: of the text part, or of the page without its tags."""
    if doc.text is not None and number in doc.text_lines:
        lines = doc.text.split("\n")
        at = doc.text_lines.index(number)
        return lines[at] if at < len(lines) else ""
    if number in doc.html_lines:
        lines = doc.html_text.split("\n")
        at = doc.html_lines.index(number)
        line = lines[at] if at < len(lines) else ""
        return " ".join((_TAG.sub(" ", line), *_TARGET.findall(line)))
    return ""


def _rows(blocks: Iterable[Block]) -> Iterator[tuple[str, int]]:
    """Every row's words and target, and the line of the template it began on."""
    for block in blocks:
        for cells, line in zip(block.rows, block.lines or (0,) * len(block.rows), strict=False):
            yield " ".join((*map(bare, cells), block.url)), line


def _likeness(text: str, said: str, values: Sequence[str]) -> float:
    """How much a row says what stands on a line: the finding's own words count most."""
    plain = " ".join(text.split())
    named = sum(value in plain for value in values)
    words, wanted = set(guess.WORD.findall(plain.lower())), guess.WORD.findall(said.lower())
    shared = sum(word in words for word in wanted) / len(wanted) if wanted else 0.0
    return 2 * named + shared if shared > 0.5 or named else 0.0


def _nearer(line: int, said: str, values: Sequence[str], written: LetterSource) -> int:
    """Of a paragraph of several lines the one that has the words."""
    lines = written.body.split("\n")
    best, found = 0.0, line
    for number in range(line, written.body_line + len(lines)):
        text = lines[number - written.body_line].strip()
        if not text:
            break
        score = _likeness(text, said, values)
        if score > best:
            best, found = score, number
    return found
