"""A domain with many flaws and a long name, audited in English and in Russian: its pages fit a phone and a desk."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.cli.command import GOOD_ZONE, mailsetup, zone

from .chromium import DESK, PHONE, Reader

pytestmark = pytest.mark.real
DOMAIN = "a-shop-with-a-very-long-name.example"
FLAWED = """\
$ORIGIN a-shop-with-a-very-long-name.example.
$TTL 300
@ IN SOA ns1 hostmaster 1 7200 3600 1209600 3600
@ IN NS ns1
@ IN NS ns2
ns1 IN A 93.184.215.1
ns2 IN A 93.184.215.2
@ IN MX 10 mail
@ IN MX 20 192.0.2.5.
@ IN MX 30 alias
mail IN A 10.0.0.5
alias IN CNAME mail
@ IN TXT "v=spf1 include:one.nowhere.example include:a-rather-long-name.nowhere.example ip4:1.2.3.4/7 ptr mx ?all"
_dmarc IN TXT "v=DMARC1; p=none; pct=50; rua=mailto:reports@another-firm.example; fo=0:1:x"
s1._domainkey IN TXT "v=DKIM1; k=rsa; t=y; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDwIRP/UC3SBsEmGqZ9ZJW3/DkMoGeLnQg1fWn7"
_mta-sts IN TXT "v=STSv1; id=20260101"
* IN TXT "anything"
default._bimi IN TXT "v=BIMI1; l=http://a-shop-with-a-very-long-name.example/logo.svg"
"""
PAPER = 688  # pixels between the margins of A4
BURSTING = """() => Array.from(document.querySelectorAll(
    "thead th, .sum, .badge, .tile p, .levels button, .button, .chip, h1, h2, h3, .verdict"))
  .filter((e) => e.offsetParent && !e.classList.contains("vh") && getComputedStyle(e).display !== "inline")
  .filter((e) => e.scrollWidth > e.clientWidth + 1
    || (e.tagName === "TH" && e.firstElementChild?.getBoundingClientRect().left < e.getBoundingClientRect().left - 1))
  .map((e) => e.textContent.trim())"""
BROKEN_WORDS = r"""() => {
  const broken = [];
  for (const e of document.querySelectorAll("h1, h2, .tile, .badge, .levels, .chips, .steps strong, .button, table")) {
    if (!e.offsetParent) continue;
    const texts = document.createTreeWalker(e, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      const node = texts.currentNode;
      if (!node.parentElement.offsetParent || node.parentElement.closest(".vh, code, details:not([open]) > :not(summary)"))
        continue;
      for (const word of node.data.matchAll(/[\p{L}\p{N}]+/gu)) {
        const range = document.createRange();
        range.setStart(node, word.index);
        range.setEnd(node, word.index + word[0].length);
        const tops = new Set([...range.getClientRects()].map((r) => Math.round(r.top)));
        if (tops.size > 1) broken.push(word[0]);
      }
    }
  }
  return broken;
}"""


@pytest.fixture(scope="module", params=["en", "ru"])
def pages(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The report of the flawed domain beside an earlier run of it, and a table with others, in one language."""
    lang = request.param
    folder = tmp_path_factory.mktemp(f"pages-{lang}")
    better = FLAWED.replace(" pct=50;", "").replace("p=none", "p=reject").replace(" ptr", "")
    then, now, other = (
        zone(folder, FLAWED, "then.zone"),
        zone(folder, better, "now.zone"),
        zone(folder, GOOD_ZONE),
    )
    always = ("--offline", "--fail-on", "never", "--lang", lang, "--selector", "s1")
    mailsetup("audit", DOMAIN, "--zone", then, *always, "--format", "json", "-o", "then.json", folder=folder)
    page = (*always, "--format", "html", "-o")
    mailsetup(
        *(
            "audit",
            DOMAIN,
            "--zone",
            now,
            "--deep",
            "--receivers",
            "--before",
            "then.json",
            *page,
            "report.html",
        ),
        folder=folder,
    )
    mailsetup(
        *(
            "audit",
            DOMAIN,
            "example.com",
            "missing.example",
            "--zone",
            now,
            "--zone",
            other,
            *page,
            "index.html",
        ),
        folder=folder,
    )
    return {name: folder / f"{name}.html" for name in ("report", "index")}


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_the_report_fits_at_every_level(browser: Any, pages: dict[str, Path], width: int) -> None:
    """
    Nothing has to be scrolled sideways, nothing leaves its box, no word of a heading or a button is torn.
    """
    with Reader(browser, pages["report"], width) as reader:
        for button in reader.page.locator(".levels button").all():
            button.click()

            assert not reader.too_wide()
            assert ([], []) == (reader.page.evaluate(BURSTING), reader.page.evaluate(BROKEN_WORDS))

        assert [] == reader.said


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [PHONE, DESK])
def test_the_table_fits(browser: Any, pages: dict[str, Path], width: int, scheme: str) -> None:
    """
    The same of the table of several domains.
    """
    with Reader(browser, pages["index"], width, scheme) as reader:
        assert not reader.too_wide()
        assert ([], [], []) == (
            reader.page.evaluate(BURSTING), reader.page.evaluate(BROKEN_WORDS), reader.said
        )  # fmt: skip


def test_the_table_fits_paper(browser: Any, pages: dict[str, Path]) -> None:
    """
    Printed, its headings stand apart and no word of it is torn.
    """
    with Reader(browser, pages["index"], PAPER) as reader:
        reader.page.emulate_media(media="print")

        assert not reader.too_wide()
        assert ([], []) == (reader.page.evaluate(BURSTING), reader.page.evaluate(BROKEN_WORDS))
