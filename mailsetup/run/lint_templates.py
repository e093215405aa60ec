"""Templates and tables that letters are made of, from disk or from the package, as reports of the lint."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from mailsetup.model.brand import Brand
from mailsetup.model.errors import InputError
from mailsetup.model.finding import DomainReport
from mailsetup.model.message import say

from .lint_inputs import TEMPLATE_FILE, Input, What
from .linted import Linted, gained

if TYPE_CHECKING:
    from mailsetup.kit.lint.sources import Around, Source

    from .lint_setup import Basis

NOT_MENDED = say("not mended: the findings name the lines, and what is to be said there is yours")
SAMPLE = say("judged with the sample brand; --brand names yours")


def reports(one: Input, basis: Basis, lang: str) -> Iterator[DomainReport]:
    """What is said of a template, brand file or table of people; one that cannot be used is a finding of its own."""
    yield from (each.report for each in linted(one, basis, lang))


def linted(one: Input, basis: Basis, lang: str, *, mend: bool = False) -> Iterator[Linted]:
    """The same with what would be mended: a template's own words, and nothing of ours or of a table."""
    from mailsetup.kit.lint import flaws, sources

    around = _around(basis, one.path, lang)
    try:
        match one.what:
            case What.BRAND:
                yield _as_it_is(_brand(one.path, around), mend=mend)
            case What.PEOPLE:
                yield _as_it_is(_people(one.path, around), mend=mend)
            case What.SHIPPED:
                report = sources.judged(_shipped(one.path), _of(one, basis, around))
                yield _as_it_is(_with_sample(report, basis), mend=mend)
            case _:
                yield from _templates(Path(one.path), basis, lang, mend=mend)
    except InputError as fault:
        path, flaw = flaws.flaw_of(fault, one.path)
        yield _as_it_is(sources.flawed(path, flaw, around), mend=mend)


def _as_it_is(report: DomainReport, *, mend: bool) -> Linted:
    told = mend and any(v.findings for v in report.verdicts)
    return Linted(
        report.domain, replace(report, notes=(*report.notes, NOT_MENDED)) if told else report, form="source"
    )


def _of(one: Input, basis: Basis, around: Around) -> Around:
    return around._replace(wishes=basis.wishes(one.path, one.path.partition("/")[0]))


def _around(basis: Basis, path: str, lang: str, template: str = "") -> Around:
    from mailsetup.kit.lint.sources import Around

    from .kit_dictionaries import spellers

    brand = basis.brand or _sample()
    now = datetime.now(UTC).replace(microsecond=0)
    return Around(brand, brand.people, spellers(), now, basis.wishes(path, template), lang)


def _with_sample(report: DomainReport, basis: Basis) -> DomainReport:
    return report if basis.brand is not None else replace(report, notes=(*report.notes, SAMPLE))


@cache
def _sample() -> Brand:
    from mailsetup.kit import brand, new_brand, people

    made = brand.parse(new_brand.text(new_brand.sample_values()), "brand.toml")
    team = people.parse(new_brand.sample_people(), made.address.country, made.locales, "people.csv")
    return replace(made, people=team, logo=replace(made.logo, file=""))


def _templates(place: Path, basis: Basis, lang: str, *, mend: bool) -> Iterator[Linted]:
    """A template's text, or all texts of its table."""
    from mailsetup.kit.lint import flaws, sources

    from .kit_templates import files_of

    folder = place.absolute().parent
    root = folder.parent if len(place.parent.parts) < 2 else place.parent.parent
    files = files_of(folder.parent, folder.name)
    texts = [place.name]
    if place.name == TEMPLATE_FILE:
        texts = sorted(name.partition("/")[2] for name in files if name.endswith(".txt")) or texts
    for name in texts:
        path = (place.parent / name).as_posix()
        around = _around(basis, path, lang, folder.name)
        try:
            made = sources.source_of(path, files, root.as_posix(), folder.name, name)
            yield _mended(made, around, basis) if mend else _plain(made, around, basis)
        except InputError as fault:
            at, flaw = flaws.flaw_of(fault, path)
            text = files.get(f"{folder.name}/{Path(at).name}") or files.get(Path(at).name, "")
            shown = path if Path(at).name == name else at
            yield _as_it_is(sources.flawed(shown, flaws.within(flaw, fault, text), around), mend=mend)


def _plain(made: Source, around: Around, basis: Basis) -> Linted:
    from mailsetup.kit.lint import sources

    return Linted(made.path, _with_sample(sources.judged(made, around), basis), form="source")


def _mended(made: Source, around: Around, basis: Basis) -> Linted:
    """A template with its own words mended."""
    from mailsetup.kit.lint import source_mends, sources
    from mailsetup.kit.lint.mending import Change

    after = source_mends.mended(made, around)
    before, left = (_with_sample(sources.judged(each, around), basis) for each in (made, after))
    changes = (Change(made.path, made.text, after.text),) if after.text != made.text else ()
    told, once = (
        replace(report, notes=(*report.notes, gained(before, left, written=written)))
        for report, written in ((before, False), (left, True))
    )
    return Linted(made.path, told, once, made.text, after.text, "source", changes)


def _shipped(name: str) -> Source:
    from mailsetup.kit import templates
    from mailsetup.kit.lint import sources

    id, _, locale = name.partition("/")
    found = templates.bundled()
    template = sources.in_one(found.get(id), locale)
    path = f"{template.origin}/{locale}.txt"
    return sources.Source(path, templates.package_text(f"{id}/{locale}.txt"), template, locale, found)


def _brand(path: str, around: Around) -> DomainReport:
    from mailsetup.edge.files import read_text
    from mailsetup.kit.lint import sources
    from mailsetup.kit.toml_tables import line_of

    from .kit_brand import load_brand

    firm = load_brand(path)
    text = read_text(path)
    ignores = tuple(
        (line_of(text, "lint.ignore", rule) or max(1, line_of(text, "lint", "ignore")), rule, why)
        for rule, why in firm.lint.ignore.items()
    )
    return sources.of_table(path, ignores, around)


def _people(path: str, around: Around) -> DomainReport:
    from mailsetup.kit.lint import sources

    from .kit_brand import BRAND_FILE, load_brand, load_people

    firm = around.brand
    beside = Path(path).parent / BRAND_FILE
    if beside.is_file():
        with suppress(InputError):  # the brand's own report says so
            firm = load_brand(beside)
    load_people(replace(firm, people=()) if firm is around.brand else firm, path)
    return sources.of_table(path, (), around)
