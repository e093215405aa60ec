"""No line of the terminal form is wider than 80 columns, but for a record to paste."""

from __future__ import annotations

import re

import pytest

from mailsetup.forms.terminal import WIDTH, Style, report_lines
from tests.forms.gallery import every_status
from tests.test_joined_fixes import judged

TO_PASTE = re.compile(r" {6}\S+\. [A-Z]+ ")
LONG = "v=spf1 " + " ".join(f"include:{'a' * 60}.{n}.example.net" for n in range(9)) + " ptr +all"
ZONES = [
    f'example.com. TXT "{LONG}"\n_dmarc.example.com. TXT "v=DMARC1; p=none; p=none; rua=mailto:{"x" * 90}@example.com"',
    'example.com. TXT "v=spf1 +all"\n_dmarc.example.com. TIMEOUT',
    f'google._domainkey.example.com. TXT "v=DKIM1; k=rsa; p={"A" * 200}"\n{"b" * 63}.example.com. A 9.9.9.9',
]


@pytest.mark.parametrize("verbose", [False, True])
@pytest.mark.parametrize("zone", ZONES)
def test_a_report_fits_80_columns(zone: str, *, verbose: bool) -> None:
    """
    Long names, records and hosts are folded; what is to be pasted stays in one line.
    """
    lines = list(report_lines(judged(zone)[1], Style(verbose=verbose)))

    assert [] == [line for line in lines if len(line) > WIDTH and not TO_PASTE.match(line)]
    assert lines


def test_a_report_with_everything_fits_80_columns() -> None:
    """
    Every status, a domain as long as DNS allows, and hostile text.
    """
    report = every_status(".".join(["d" * 60] * 4), "word " * 30 + "x" * 300)
    lines = list(report_lines(report, Style(verbose=True)))

    assert [] == [line for line in lines if len(line) > WIDTH and not TO_PASTE.match(line)]


def test_what_is_counted_is_said() -> None:
    """
    The grade counts questions, the last line counts checks.
    """
    lines = list(report_lines(judged("_dmarc.example.com. TIMEOUT")[1], Style()))

    assert re.search(r"\d+ questions? open", lines[0])
    assert re.search(r"· \d+ checks? open", " ".join(lines[-2:]))
