"""
Laws of mending: what a rule says it mends is gone, nothing else breaks by it, and a second time changes nothing.

They hold for every rule's example, for every example inside a message, for letters with many flaws at once, and for
files of thousands of flaws.
"""

from __future__ import annotations

import base64
import quopri

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mailsetup.kit.lint import document, judge, mending
from mailsetup.kit.lint.catalogue import rules
from mailsetup.kit.lint.document import Document
from mailsetup.kit.lint.rule import Rule
from mailsetup.model.finding import Status
from tests.kit.lint_world import firm, of_example, read

EVERY = rules()
MENDING = [rule for rule in EVERY if rule.fixes]


def fired(d: Document) -> set[str]:
    """The rules that fire; one that crashed among them by its trace."""
    verdicts = judge.judge(d).report.verdicts
    crashed = {str(v.reason) for v in verdicts if v.status is Status.CRASHED}
    return {v.check for v in verdicts if v.findings} | crashed


def reread(d: Document, source: str) -> Document:
    """A mended file as the next run reads it, knowing what this one knew."""
    data = source.encode("ascii" if d.form == "eml" else "utf-8", "surrogateescape")
    told = {"kind": d.kind, "locale": d.locale, "purpose": d.purpose}
    return read(data, d.path, brand=d.brand, points=dict(d.points), **told)


def check(d: Document, ignore: list[str] | None = None) -> tuple[Document, set[str], set[str]]:
    """Mends a file and holds the two laws that always hold; what fired before and after."""
    before = fired(d)
    once = mending.mend(d, ignore or ())
    after = reread(d, once.source)

    assert set() == fired(after) - before
    assert once.source == mending.mend(after, ignore or ()).source
    return after, before, fired(after)


@pytest.mark.parametrize("rule", MENDING, ids=lambda r: r.id)
def test_a_rule_is_silent_on_its_example_once_it_is_mended(rule: Rule) -> None:
    """By itself alone, as its page promises."""
    others = [other.id for other in EVERY if other is not rule]
    _, before, after = check(of_example(rule.fires), others)

    assert rule.id in before
    assert rule.id not in after


@pytest.mark.parametrize("rule", EVERY, ids=lambda r: r.id)
def test_all_mends_together_break_nothing(rule: Rule) -> None:
    """Every rule's example with all mends at once; those that mend are silent then too."""
    _, _, after = check(of_example(rule.fires))

    assert not rule.fixes or rule.id not in after


def test_sixty_six_rules_mend() -> None:
    """All that the design calls mendable; what they leave to people is said in every language."""
    assert 66 == len(MENDING)
    assert all(bool(rule.left["en"]) == bool(rule.left["ru"]) for rule in EVERY)


def in_message(rule: Rule, encoding: str) -> Document:
    """The example of a rule as a part of a message."""
    type = "plain" if rule.fires.form == "text" else "html"
    octets = rule.fires.octets
    if type == "plain" and octets.startswith(b"Subject:"):
        octets = octets.partition(b"\n\n")[2]
    coded = {"quoted-printable": quopri.encodestring, "base64": base64.encodebytes}[encoding](octets)
    head = (
        "From: Fern <support@fern.example>\nDate: Sat, 21 Nov 2026 10:00:00 +0000\nMessage-ID: <1@fern.example>\n"
        f"MIME-Version: 1.0\nSubject: The order and its teapot\nContent-Type: text/{type}; charset=utf-8\n"
        f"Content-Transfer-Encoding: {encoding}\n\n"
    )
    brand = firm(rule.fires.country) if rule.fires.brand else None
    told = {"kind": rule.fires.kind, "locale": rule.fires.locale, "purpose": rule.fires.purpose}
    return read(head.encode() + coded, "a.eml", brand=brand, **told)


IN_PARTS = [rule for rule in MENDING if rule.fires.form != "eml" and rule.group not in ("SUB", "SIG")]


@pytest.mark.parametrize("rule", IN_PARTS, ids=lambda r: r.id)
def test_the_same_is_mended_inside_a_message(rule: Rule) -> None:
    """Whatever the part is encoded in."""
    for encoding in ("quoted-printable", "base64"):
        d = in_message(rule, encoding)
        if rule.id in fired(d):
            _, _, after = check(d)

            assert rule.id not in after


PIECES = [
    "<p>Hello Anna!!</p>", "<p>Здравствуйте, Анна!</p>", '<p style="color:#000000;background-color:#ffffff">pure</p>',
    '<table><tr><td bgcolor="#0f5b8c" style="color:#ffffff">call +371 6000 0000</td></tr></table>',
    '<p style="font:11px/14px Inter;color:rgb(0 0 0 / 60%)">small words</p>', '<p id="a">one</p><p id="a">two</p>',
    '<style>.b{color:#ffffff;background-color:#8a8a8a}td p{margin:-4px 0}</style>', '<p class="b">button</p>',
    '<table width="600" style="margin:0 auto"><tr><th>Item</th></tr><tr><td><p>Cup</p></td></tr></table>',
    '<p>words around it and <a href="http://fern.example/a?b=1&c=2" style="text-decoration:none">a link</a> here</p>',
    '<img src="https://fern.example/p.gif" width="1" height="1" alt="">', "<style>@import url(https://a.example/x);</style>",
    '<img src="https://fern.example/a.png" alt="Cup" style="width:90px;height:60px;margin:4px">', "№42 стоит 10 кг",
    '<div style="display:none">It is expected on Monday, brought by the parcel service</div>', "<b>зaказ</b>",
    "<html>", "<body>", "<head>", '<body style="background-color:#eeeeee">', "<div>",
    "<style>@media (prefers-color-scheme:dark){.b{color:#eeeeee}}</style>", '<p style="line-height:20px">', "<td>",
]  # fmt: skip
LINES = [
    "Hello Anna!!", "see www.fern.example/returns for the rules of returning what was bought in our shop, please",
    "https://fern.example/a.",
    "see http://fern.example/b, and", "<b>bold</b> and&nbsp;so on", "--", "-- ", "Boris", "", "", "",
    "> quoted words that go on and on and on until they no longer fit into the columns of a line", "- a point",
    '№42 - "быстрая почта"', "зaказ", "\u00a0", "<a href='https://fern.example/c'>here</a>.", "Best wishes,",
    "            https://fern.example/far", "https://fern.example/orders/1042/a/long/path/", "track?number=4471", "Why?!",
    "Subject: ORDER ON ITS WAY!!",
]  # fmt: skip


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.sampled_from(PIECES), max_size=9), st.sampled_from("TRMS"), st.booleans())
def test_pages_of_many_flaws_are_mended_at_once(pieces: list[str], kind: str, branded: bool) -> None:
    """Whatever is wrong with a page together, nothing new is afterwards, and the second time nothing changes."""
    check(read("\n".join(pieces), "a.html", brand=firm() if branded else None, kind=kind, locale="en"))


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.sampled_from(LINES), max_size=14), st.sampled_from(["en", "ru"]), st.booleans())
def test_texts_of_many_flaws_are_mended_at_once(lines: list[str], locale: str, branded: bool) -> None:
    """The same of texts."""
    check(read("\n".join(lines), "a.txt", brand=firm() if branded else None, kind="R", locale=locale))


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.sampled_from(LINES), max_size=8),
    st.lists(st.sampled_from(PIECES), max_size=5),
    st.integers(0, 15),
)
def test_messages_of_many_flaws_are_mended_at_once(lines: list[str], pieces: list[str], shape: int) -> None:
    """The same of messages: parts in the wrong order or alone, in old encodings, with long lines."""
    charset = "windows-1251" if shape & 1 else "utf-8"
    parts = [("plain", "\n".join(lines)), ("html", "\n".join(pieces))]
    if shape & 2:
        parts.reverse()
    if shape & 4:
        parts = [part for part in parts if part[0] == "html"]
    kind = "mixed" if shape & 8 else "alternative"
    body = "".join(
        f"--b\nContent-Type: text/{type}; charset={charset}\nContent-Transfer-Encoding: 8bit\n\n{text}\n"
        for type, text in parts
    )
    head = (
        f"From: Fern <a@fern.example>\nSubject: WE HAVE IT!!\nContent-Type: multipart/{kind}; boundary=b\n\n"
    )
    data = f"{head}{body}--b--\n".encode(charset, "replace")
    check(read(data, "a.eml", kind="T", locale="en"))


@pytest.mark.parametrize(
    ("name", "unit"),
    [
        (
            "a.txt",
            "see https://fern.example/returns. It is a long line that goes on beyond all of the columns there are\n",
        ),
        ("a.txt", "Why?!\n"),
        ("a.html", '<p style="font:11px Inter">№42 http</p>\n'),
        ("a.html", '<a href="http://fern.example/a">x</a>\n'),
    ],
)
def test_a_thousand_flaws_are_mended_at_once(name: str, unit: str) -> None:
    """What a report says of the first few places is mended in all of them."""
    d = read(unit * 1000, name, kind="R", locale="en")
    once = mending.mend(d).source

    assert once == mending.mend(document.read(name, once.encode(), given=document.Given("R", "en"))).source
    assert not {"TXT-01", "TXT-02", "ETI-06", "CSS-07", "LNK-02"} & fired(reread(d, once))
