"""The HTML report as a file: nothing of DNS is markup, nothing leaves the page, small and quick."""

from __future__ import annotations

import base64
import hashlib
import re
import time
from collections import Counter
from dataclasses import replace
from html.parser import HTMLParser
from itertools import count, islice
from typing import Any

import pytest

from mailsetup.forms import html
from mailsetup.forms.html_index import render as render_index
from mailsetup.forms.page_setup import sentence
from mailsetup.forms.report_view import form_value, split_grade, view
from mailsetup.model.finding import Fix, Remedy, Severity, Status, Verdict
from mailsetup.model.message import say
from mailsetup.model.report_brand import ReportBrand

from .gallery import HOSTILE, every_status, hostile_reports, run, txt

SIZE_LIMIT = 400 * 1024
SECONDS = 0.3


class Page(HTMLParser):
    """What a browser would make of a page: tags, attributes, text, scripts and styles."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: Counter[str] = Counter()
        self.attributes: list[tuple[str, str, str]] = []
        self.raw: dict[str, list[str]] = {"script": [], "style": []}
        self.text = ""
        self._inside = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        self._inside = tag if tag in self.raw else ""

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.raw[self._inside].append(data)
        else:
            self.text += data


def page(*reports: Any, **fields: Any) -> str:
    return "".join(html.render(run(*reports, **fields)))


REPORTS = [every_status(), *hostile_reports()]


@pytest.mark.parametrize("report", REPORTS, ids=lambda r: r.domain)
def test_nothing_from_dns_is_markup(report: Any) -> None:
    """
    Whatever stands in DNS, the page has the same scripts, no handler, no link and no picture of anybody else.
    """
    told = Page(page(report))
    handlers = [a for a in told.attributes if a[1].startswith("on") or a[1] == "style"]
    leading_out = [
        a
        for a in told.attributes
        if a[1] in ("src", "href", "action", "data", "poster", "srcset")
        and not a[2].startswith(("#", "data:image/"))
    ]

    assert ([], []) == (handlers, leading_out)
    assert (1, 1, 0) == (told.tags["script"], told.tags["style"], told.tags["b"] - Page(page()).tags["b"])


@pytest.mark.parametrize("report", REPORTS, ids=lambda r: r.domain)
def test_the_index_takes_no_markup_from_dns_either(report: Any) -> None:
    """
    The same for the table of many.
    """
    told = Page("".join(render_index(run(report, report))))

    assert [] == [a for a in told.attributes if a[1].startswith("on") or a[1] == "style"]
    assert (1, 1) == (told.tags["script"], told.tags["style"])


def test_the_policy_allows_this_script_and_style_and_nothing_else() -> None:
    """
    The hashes in the Content-Security-Policy are those of the text between the tags.
    """
    for text in (page(), page(every_status(), every_status("b.example"))):
        told = Page(text)
        policy = next(
            v for t, n, v in told.attributes if t == "meta" and n == "content" and "default-src" in v
        )

        assert policy.startswith("default-src 'none';")
        for kind in ("script", "style"):
            digest = hashlib.sha256("".join(told.raw[kind]).encode("utf-8")).digest()
            assert f"{kind}-src 'sha256-{base64.b64encode(digest).decode('ascii')}'" in policy


def test_the_worst_domain_stays_below_the_size() -> None:
    """
    Hundreds of findings with long answers fit into 400 KB, and the page says what was left out.
    """
    report = every_status()
    spf = report.verdicts[1]
    long = txt("example.com", *("x" * 1000 for _ in range(30)))
    one = spf.findings[0]._replace(evidence=(long,) * 20)
    many = Verdict(
        spf.check,
        spf.status,
        spf.severity,
        tuple(one._replace(owner=f"h{i}.example.com") for i in range(400)),
    )
    text = page(replace(report, verdicts=(*report.verdicts, many)))

    assert len(text.encode("utf-8")) < SIZE_LIMIT
    assert "more findings stand in the JSON form" in text


def test_a_page_is_rendered_in_time(score: Any) -> None:
    """
    One domain takes less than 0.3 s.
    """
    page()
    started = time.process_time()
    text = page()
    spent = time.process_time() - started
    score(f"html: one domain {len(text) / 1024:.0f} KB in {spent * 1000:.0f} ms")

    assert spent < SECONDS


def test_the_record_to_publish_can_be_copied_as_a_form_wants_it() -> None:
    """
    A DNS host's form takes a text without the quotes of a zone file; what has no such form is given as a line only.
    """
    assert "v=DMARC1; p=none" == form_value('"v=DMARC1; p=none"', "TXT")
    assert 'a"b\\c' == form_value('"a\\"b\\\\c"', "TXT")
    assert "" == form_value('"\\195\\164"', "TXT")
    assert "" == form_value('"a" "b"', "TXT")
    assert "10 mx.example.com." == form_value("10 mx.example.com.", "MX")


def test_grades_and_sentences_are_read_as_written() -> None:
    """
    The letter is apart from the words; names keep their case.
    """
    assert ("B", "2 questions open") == split_grade("B, 2 questions open")
    assert ("", "not graded, 5 questions open") == split_grade("not graded, 5 questions open")
    assert ["The key", "example.com has", "p= is"] == [
        sentence(s) for s in ("the key", "example.com has", "p= is")
    ]


def test_a_page_with_open_questions_does_not_say_that_nothing_needs_to_be_done() -> None:
    """
    Unknown is not well: the headline speaks of what could be judged.
    """
    report = every_status()
    kept = tuple(v for v in report.verdicts if v.status in (Status.PASS, Status.INCONCLUSIVE))
    well = replace(report, grade="A", verdicts=tuple(v for v in kept if v.status is Status.PASS), do_first=())
    asked = replace(well, grade="B, 1 question open", verdicts=kept)

    assert (True, False) == tuple("Nothing needs to be done" in page(one) for one in (well, asked))
    assert "What could be judged at example.com is set up well" in page(asked)


@pytest.mark.parametrize(
    ("grade", "well"), [("A", True), ("B", True), ("C", False), ("D", False), ("F", False)]
)
def test_what_a_policy_lets_pass_is_not_called_well(grade: str, well: bool) -> None:
    """
    The grade is of the domain and not of the policy: where it is poor, the sentence beside it does not praise.
    """
    shown = page(replace(every_status(), verdicts=(), grade=grade))

    assert well == ("is set up well" in shown)
    assert well != ("what the policy, a waiver or the baseline lets pass" in shown)


def test_what_is_open_now_was_not_mended() -> None:
    """
    Before and after: mended is only what its check now says is well.
    """
    before = {
        "domain": "example.com",
        "as_of": "2026-01-01T00:00:00Z",
        "grade": "F",
        "verdicts": [
            {
                "check": check,
                "status": "fail",
                "findings": [{"owner": "example.com", "severity": "error", "message": text}],
            }
            for check, text in (
                ("names/does-not-exist", "it was not there"),
                ("spf/void-lookup", "it was void"),
                ("spf/multiple-records", "it was several"),
            )
        ]
        + [{"check": check, "status": "pass", "findings": []} for check in ("dmarc/missing", "mx/no-ipv6")],
    }
    text = Page(page(before={"example.com": before})).text

    assert "1 mended, 2 new, 1 as before" in " ".join(text.split())
    assert "1 cannot be told today" in " ".join(text.split())
    assert "It was not there" in text
    assert "was void" not in text


def test_only_what_both_runs_judged_is_compared() -> None:
    """
    A check that one run alone knows, or a clause of another policy, is neither new nor mended.
    """
    report = every_status()
    known = [v.check for v in report.verdicts if v.findings][:1]
    before = {
        "domain": "example.com",
        "as_of": "2026-01-01T00:00:00Z",
        "grade": "A",
        "verdicts": [{"check": check, "status": "pass", "findings": []} for check in known],
    }
    plain = " ".join(Page(page(report, before={"example.com": before})).text.split())
    told = " ".join(Page(page(replace(report, policy="strict"), before={"example.com": before})).text.split())

    assert re.search(r"0 mended, [12] new, 0 as before", plain)
    assert "not compared: only one of the runs judged" in plain
    assert "different policies" not in plain
    assert "different policies" in told


def test_the_headline_says_what_the_errors_can_do() -> None:
    """
    Who can be forged, and whose letters get lost, follows from what failed; nothing is claimed that was not found.
    """

    def headline(check: str) -> str:
        report = every_status()
        failed = next(v for v in report.verdicts if v.findings)
        finding = failed.findings[0]._replace(check=check, severity=Severity.ERROR, waived=None)
        verdict = failed._replace(check=check, findings=(finding,))
        text = page(replace(report, verdicts=(verdict,), do_first=(), fixes=()))
        return " ".join(Page(text.partition('class="verdict"')[2].partition("</p>")[0]).text.split())

    assert "in its name" in headline("spf/plus-all")
    assert "get lost" not in headline("spf/too-many-lookups")
    assert "in its name" not in headline("dkim/key-too-short")
    assert "get lost" in headline("mx/target-ip")
    assert headline("transport/tls-reports-version").endswith("should be mended soon.")


def test_a_brand_cannot_smuggle_anything_in() -> None:
    """
    Colours that are none and logos that are no picture within the page are left out; texts are escaped.
    """
    brand = ReportBrand(
        HOSTILE[0],
        consultant=HOSTILE[1],
        primary="red;}</style><script>",
        logo="https://tracker.example/pixel.png",
        logo_alt=HOSTILE[1],
    )
    told = Page(page(brand=brand))

    assert (1, 1, 0) == (told.tags["script"], told.tags["style"], told.tags["img"])
    assert "tracker" not in page(brand=brand)


def test_the_index_is_written_row_by_row() -> None:
    """
    The first rows stand there before the last domain is judged.
    """
    endless = (every_status(f"d{n}.example.com") for n in count())
    start = "".join(islice(html.render(run(reports=endless)), 4))

    assert 3 == len(re.findall(r"<tr role=\"row\" data-grade", start))


def test_what_stands_there_already_is_told_from_what_is_new() -> None:
    """
    Of a record set to publish, the new record is given to copy; what it replaces and what stays are named.
    """
    report = every_status()
    spf = report.verdicts[1]
    evidence = txt("example.com", "v=spf1 -all", "v=spf1 ?all", "verification=1")
    fix = Fix("example.com", "TXT", ('"v=spf1 mx -all"', '"verification=1"'))
    one = spf.findings[0]._replace(evidence=(evidence,), remedy=Remedy(say("Join them."), fix))
    card = view(run(), replace(report, verdicts=(spf._replace(findings=(one,)),))).cards[0]

    assert ["v=spf1 mx -all"] == [r.value for r in card.records]
    assert ("v=spf1 -all", "v=spf1 ?all") == card.instead_of
    assert ("verification=1",) == card.kept
