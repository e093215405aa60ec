"""What `kit init` and `kit build` write with nobody to ask has no error and no warning, in any language or layout."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from mailsetup.model.brand import Legal
from mailsetup.run.kit_brand import load_brand, load_people
from mailsetup.run.kit_build import build_kit
from mailsetup.run.kit_init import Given, create
from mailsetup.run.kit_lint import LintSettings, lint_file
from mailsetup.run.lint_inputs import inputs

GERMAN = Legal(
    "DE", "Farn GmbH", "GmbH", "Amtsgericht Berlin", "HRB 1042", "DE123456789", "Berlin", "", ("Anna Weber",)
)


@pytest.mark.parametrize(
    ("legal", "bilingual"),
    [(None, False), (GERMAN, False), (None, True)],
    ids=["sample", "GmbH", "bilingual"],
)
def test_signatures_of_a_sample_are_clean(legal: Legal | None, bilingual: bool, tmp_path: Path) -> None:
    """Every file of a colleague: with pictures where the sample would put them, with particulars, in two languages."""
    list(create(tmp_path, Given(), ask=None, force=False))
    brand = load_brand(tmp_path)
    brand = replace(brand, legal=legal or brand.legal)
    wishes = replace(brand.signature, assets_url=f"https://{brand.domain}/mail/", bilingual=bilingual)
    brand = replace(brand, signature=wishes)
    people = load_people(brand)[:1]
    build_kit(brand, people, tmp_path / "kit", all_layouts=True, only="signatures")
    settings = LintSettings(brand=replace(brand, people=people))
    files = [one.path for one in inputs([str(tmp_path / "kit")])]
    reports = (lint_file(path, settings).report for path in files)
    told = [
        f"{Path(f.owner).name} {f.check}: {f.message}"
        for report in reports
        for v in report.verdicts
        for f in v.findings
        if f.severity.value != "info"
    ]

    assert [] == told
    assert len(files) > 30


def test_a_language_that_letters_lack_is_told(tmp_path: Path) -> None:
    """What the brand speaks and no letter does: how many, and which file to write."""
    list(create(tmp_path, Given(), ask=None, force=False))
    brand = load_brand(tmp_path)
    brand = replace(brand, locales=replace(brand.locales, available=(*brand.locales.available, "de")))
    built = build_kit(brand, (), tmp_path / "kit", only="letters")
    told = [note for note in built.notes if "letters have a text" in note]

    assert [True] == [note.startswith("0 of ") and "templates/ID/de.txt" in note for note in told]


@pytest.mark.parametrize(
    "primary", ["#aa3333", "#e2001a", "#ff8a00", "#ffd500", "#2fae4a", "#00a3e0", "#8a2be2"]
)
def test_shades_that_the_kit_derives_are_of_the_brand(primary: str, tmp_path: Path) -> None:
    """A colour that was made readable, lighter or darker at the same hue, is no stranger's (CSS-10)."""
    list(create(tmp_path, Given(name="Farn", domain="farn.example", primary=primary), ask=None, force=False))
    brand = load_brand(tmp_path)
    build_kit(brand, load_people(brand)[:1], tmp_path / "kit", all_layouts=True)
    letters = sorted((tmp_path / "kit" / "models").rglob("*.html"))[::6]
    signatures = sorted((tmp_path / "kit" / "signatures" / "people").rglob("*.html"))
    settings = LintSettings(brand=brand)
    reports = (lint_file(str(path), settings).report for path in (*letters, *signatures))

    verdicts = (v for report in reports for v in report.verdicts if v.check == "CSS-10")

    assert [] == sorted({str(f.message) for v in verdicts for f in v.findings})
