"""Where rules begin: of each pair the first letter is just beyond the limit, the second just within it."""

from __future__ import annotations

import pytest

from tests.kit.lint_world import firm, read, verdicts

EML = "From: Fern <a@fern.example>\nSubject: The order and its teapot\nMIME-Version: 1.0\n"
PAGE = (
    '<!DOCTYPE html><html lang="en"><head><title>Order</title></head><body>{}<p>Hello Anna,</p></body></html>'
)
TIMES = "<p style='font-size:{}px'>Hello</p>"
TOKEN = "<p>Hello <a href='https://fern.example/r?token=0123456789abcdef'>Reset</a>{}</p>"

PAIRS = [
    ("SUB-02", "a.txt", "Subject: " + "a" * 61 + "\n\nx", "Subject: " + "a" * 40 + "\n\nx", "R"),
    ("SUB-02", "a.txt", "Subject: " + "e\u0301" * 14 + "\n\nx", "Subject: " + "e\u0301" * 15 + "\n\nx", "R"),
    ("SUB-03", "a.txt", "Subject: ABCDEFgh\n\nx", "Subject: ABCDEFG\n\nx", "R"),
    ("SUB-09", "a.eml", "Subject: Order  is on its way\n\nHello\n", "Subject: Order 7 is on its way\n\nHello\n", "R"),
    ("SUB-11", "a.txt", "Subject: 🎉 Your order is here\n\nx", "Subject: Your order is here\n\nx", "T"),
    ("SUB-11", "a.txt", "Subject: 🎉🎉 Your order is here\n\nx", "Subject: 👩‍👩‍👧 Your order is here\n\nx", "R"),
    ("SUB-12", "a.html", PAGE.format(f"<div style='display:none'>{'a' * 111}</div>"),
     PAGE.format(f"<div style='display:none'>{'a' * 110}</div>"), "T"),
    ("SUB-12", "a.html", PAGE.format(f"<div style='display:none'>{'a' * 34}</div>"),
     PAGE.format(f"<div style='display:none'>{'a' * 35}</div>"), "T"),
    ("HDR-04", "a.eml", "From: F <no-reply@fern.example>\n\nDoes it work?\n",
     "From: F <no-reply@fern.example>\nReply-To: <help@fern.example>\n\nDoes it work?\n", "T"),
    ("HDR-04", "a.eml", "From: F <no-reply@fern.example>\n\nAnswer this letter.\n",
     "From: F <no-reply@fern.example>\n\nThe parcel has left us.\n", "T"),
    ("HDR-07", "a.eml", "From: F <a@fern.example>\nPrecedence: bulk\n\nx\n",
     "From: F <a@fern.example>\nX-Auto-Response-Suppress: All\n\nx\n", "A"),
    ("HDR-11", "a.eml", "From: F <a@fern.example>\n\nHello [[fill: name]]\n",
     "From: F <a@fern.example>\nX-Unsent: 1\n\nHello [[fill: name]]\n", "R"),
    ("MIM-05", "a.eml", EML + "\n" + "a" * 79 + "\n", EML + "\n" + "a" * 78 + "\n", "R"),
    ("TXT-01", "a.txt", "a " * 35 + "b\n", "a " * 34 + "bc\n", "R"),
    ("TXT-04", "a.txt", "x\n" + " " * 8 + "https://fern.example/a\n", "x\n" + " " * 7 + "https://fern.example/a\n", "R"),
    ("TXT-05", "a.txt", "Hello\u00a0Anna\n", "Hello Anna\n", "R"),
    ("TXT-06", "a.txt", "x\n--\nBoris\n", "x\n---\nBoris\n", "R"),
    ("TXT-08", "a.txt", "a\n\n\n\nb\n", "a\n\n\nb\n", "R"),
    ("TXT-08", "a.txt", "a\n\n\n" * 6 + "b\n", "a\n\n" * 6 + "b\n", "R"),
    ("LNK-07", "a.html", TOKEN.format(""), TOKEN.format(" It expires in an hour."), "T"),
    ("LNK-08", "a.html", "<a target='_blank' href='https://fern.example/'>Shop</a>",
     "<a href='https://fern.example/'>Shop</a>", "T"),
    ("CSS-01", "a.html", "<p style='width:calc(100% - 4px)'>x</p>",
     "<p style='width:96%;width:calc(100% - 4px)'>x</p>", "T"),
    ("CSS-05", "a.html", "<table style='margin:0 auto'><tr><td>x</table>",
     "<table align='center' style='margin:0 auto'><tr><td>x</table>", "T"),
    ("CSS-11", "a.html", "".join(map(TIMES.format, range(14, 20))), "".join(map(TIMES.format, range(14, 19))), "T"),
    ("CSS-13", "a.html", "<style>td p{color:#111111}</style><table><tr><td><p>x</table>",
     "<style>td p{color:#111111}</style><p>x", "T"),
    ("A11-01", "a.html", "<html lang='en'><body lang='en'><p>x</body></html>",
     "<html lang='en'><body><div lang='en'>x</div></body></html>", "T"),
    ("IMG-11", "a.html", "<img src='https://fern.example/mail/logo.png' width='141' height='9'>",
     "<img src='https://fern.example/mail/logo.png' width='140' height='9'>", "T"),
    ("IMG-11", "a.html", "<img src='https://fern.example/mail/logo.png' width='111' height='9'>",
     "<img src='https://fern.example/mail/logo.png' width='112' height='9'>", "T"),
    ("SIG-10", "a.html", "<img src='https://fern.example/qr/a.png' width='110'>",
     "<img src='https://fern.example/qr/a.png' width='111'>", "S"),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "name", "beyond", "within", "kind"), PAIRS)
def test_a_rule_begins_where_the_design_says(
    rule: str, name: str, beyond: str, within: str, kind: str
) -> None:
    """One step beyond it fires, one step within it does not."""
    found = [
        bool(verdicts(read(text, name, brand=firm(), kind=kind, locale="en"))[rule].findings)
        for text in (beyond, within)
    ]

    assert [True, False] == found
