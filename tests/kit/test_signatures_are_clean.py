"""`kit lint` over all that a build writes of signatures, for a firm with everything that a brand can say."""

from __future__ import annotations

from pathlib import Path

from mailsetup.kit import people
from mailsetup.model.finding import Severity
from mailsetup.run.kit_brand import load_brand
from mailsetup.run.kit_build import build_kit
from mailsetup.run.kit_lint import LintSettings, lint_file
from mailsetup.run.lint_inputs import inputs

from .firms import BRAND, DAY, PEOPLE, png

EVERYTHING = BRAND.replace(
    'url = "https://fern.example/mail/logo.png"', 'file = "logo.png"\ndark = "file"\ndark_file = "dark.png"'
).replace("[signature]", '[signature]\ncertifications = ["ISO 9001"]')


def test_nothing_that_is_written_of_signatures_is_faulty(tmp_path: Path) -> None:
    """
    Every layout, language and program, with full particulars, a logo for the dark and pages for telephones.
    """
    (tmp_path / "brand.toml").write_text(EVERYTHING, encoding="utf-8", newline="\n")
    (tmp_path / "logo.png").write_bytes(png())
    (tmp_path / "dark.png").write_bytes(png(color=(230, 240, 250, 255)))
    brand = load_brand(tmp_path)
    staff = people.parse(PEOPLE.replace("Wholesale", ""), brand.address.country, brand.locales)
    build_kit(brand, staff, tmp_path / "kit", all_layouts=True, only="signatures", day=DAY)
    names = [one.path for one in inputs([str(tmp_path / "kit")])]
    settings = LintSettings(brand=brand, today=DAY)
    said = [
        f"{Path(str(f.owner)).relative_to(tmp_path.as_posix())} {f.check}: {f.message}"
        for name in names
        for verdict in lint_file(name, settings).report.verdicts
        for f in verdict.findings
        if f.severity is not Severity.INFO
    ]

    assert len(names) > 100
    assert [] == said[:5]
