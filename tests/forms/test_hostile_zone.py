"""A zone whose every record is an attack, from the command line through each form: it stays what it is."""

from __future__ import annotations

import csv
import io
import json
import re

import pytest
from defusedxml import ElementTree

from tests.cli.command import mailsetup, zone

from .test_html import Page
from .test_sarif import official

ZONE = r"""$ORIGIN hostile.example.
$TTL 300
@ IN SOA ns1 hostmaster 1 7200 3600 1209600 3600
@ IN NS ns1
ns1 IN A 93.184.215.1
@ IN MX 10 =cmd\|\032/C\032calc.evil.example.
@ IN MX 20 \<script\>alert\(1\)\</script\>
@ IN MX 30 a\010b\027\[31mred
@ IN MX 40 localhost.
@ IN TXT ( "v=spf1 include:<img/src=x/onerror=alert(1)> include:=HYPERLINK(1) include:%0A::error::x +a:\"'><b>"
  " \027[31m ]]>&amp; ip4:@SUM(1) all\010::error file=x::pwned\226\128\174evil" )
@ IN TXT "=1+1"
_dmarc IN TXT ( "v=DMARC1; p=reject|`x`; =cmd=1; rua=mailto:<script>@x.example,mailto:+1@=cmd\124x; fo=\000\001\255; "
  "sp=]]>--><svg/onload=alert(1)>; adkim=%0D%0A::warning::" )
s1._domainkey IN TXT "v=DKIM1; k=\027]0;title\007; n=<!--; p=@@@=;t=x|y:|z"
_mta-sts IN TXT "v=STSv1; id=<id>|=\"; x=\226\128\168y"
_smtp._tls IN TXT "v=TLSRPTv1; rua=javascript:alert(1),=mailto:x"
default._bimi IN TXT "v=BIMI1; l=javascript:alert(1)//\"><script>; a=data:text/html,<script>; avp=-2+3"
_imaps._tcp IN SRV 0 0 993 \<b\>
@ IN CAA 128 issue "=cmd<script>\010\027[2J"
@ IN CAA 0 iodef "javascript:alert(1)"
"""
FORMS = ("terminal", "json", "jsonl", "markdown", "html", "sarif", "junit", "github", "csv")
ACTING = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff]")
MX_LINES = range(6, 10)


@pytest.fixture(scope="module", params=["en", "ru"])
def told(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What each form says of it, in a language."""
    folder = tmp_path_factory.mktemp("hostile")
    zone(folder, ZONE, "hostile.zone")
    always = ("--zone", "hostile.zone", "--offline", "--deep", "--selector", "s1", "--lang", request.param)
    said = {}
    for form in FORMS:
        result = mailsetup(
            "audit", "hostile.example", *always, "--format", form, "-o", f"out.{form}", folder=folder
        )
        assert (1, "") == (result.code, "".join(re.findall("Traceback.*", result.err))), result
        with (folder / f"out.{form}").open(encoding="utf-8", newline="") as file:
            said[form] = file.read()
    return said


def test_nothing_acts_on_who_reads_it(told: dict[str, str]) -> None:
    """
    No control character, no turned writing direction, in no form.
    """
    assert {} == {form: found for form, text in told.items() if (found := sorted(set(ACTING.findall(text))))}


def test_each_form_is_read_by_its_readers(told: dict[str, str]) -> None:
    """
    JSON, JSON lines, SARIF by its schema, XML, one command a line.
    """
    assert "hostile.example" == json.loads(told["json"])["reports"][0]["domain"]
    assert "hostile.example" == json.loads(told["jsonl"])["domain"]
    assert [] == [fault.message for fault in official().iter_errors(json.loads(told["sarif"]))]
    assert len(list(ElementTree.fromstring(told["junit"].encode()).iter("testcase"))) > 200
    assert [] == [
        line for line in told["github"].splitlines() if not re.match(r"::(error|warning|notice) ", line)
    ]


def test_no_cell_is_a_formula(told: dict[str, str]) -> None:
    """
    Every row has its nine cells, and a spreadsheet runs none.
    """
    rows = list(csv.reader(io.StringIO(told["csv"])))

    assert {9} == {len(row) for row in rows}
    assert [] == [cell for row in rows for cell in row if cell.lstrip()[:1] in set("=+-@\t\r＝＋－＠") - {""}]
    assert any(cell.startswith("'=cmd") for row in rows for cell in row)


def test_no_markup_comes_through(told: dict[str, str]) -> None:
    """
    Outside code Markdown has no tag; HTML has its own script only, and no handler.
    """
    page = Page(told["html"])
    outside_code = [
        re.sub(r"(`+).*?\1", "", line) for line in told["markdown"].splitlines() if line[:4].strip()
    ]

    assert (1, 1, 0, 0) == tuple(page.tags[tag] for tag in ("script", "style", "img", "b ns"))
    assert [] == [name for _, name, _ in page.attributes if name.startswith("on")]
    assert [] == [line for line in outside_code if re.search(r"<(?!br>)[a-z/!]", line)]


def test_every_form_points_at_the_same_line(told: dict[str, str]) -> None:
    """
    A finding about the MX records stands at their lines, whoever shows it.
    """
    results = json.loads(told["sarif"])["runs"][0]["results"]
    lines = {
        r["locations"][0]["physicalLocation"]["region"]["startLine"]
        for r in results
        if r["ruleId"] == "mx/target-localhost"
    }
    shown = re.findall(r"::error file=hostile\.zone,line=(\d+),title=mx/target-localhost", told["github"])
    page = re.findall(r"mx/target-localhost.{0,200}?hostile\.zone:(\d+)", told["html"], re.DOTALL)

    assert lines and lines <= set(MX_LINES)
    assert {str(line) for line in lines} == set(shown) == set(page)
