"""Files made to hurt the lint: what it costs is bounded by their size, nothing makes it raise, and no rule crashes."""

from __future__ import annotations

import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mailsetup.kit.lint import mime
from mailsetup.kit.lint.document import LINE_LIMIT, TEXT_LIMIT
from mailsetup.run.kit_lint import Linted, LintSettings, lint_bytes

SIZE = 200_000  # octets of each file
SECONDS = 20.0  # of processor time; a sixth of it is what the worst needs, a quadratic reader takes minutes
HEADER = (
    b"Subject: Your order\nFrom: a@example.com\nMIME-Version: 1.0\nContent-Type: text/html; charset=utf-8\n\n"
)


def filled(unit: bytes, before: bytes = b"", after: bytes = b"") -> bytes:
    """A file of one thing again and again."""
    return before + unit * (SIZE // len(unit)) + after


TEXTS = [
    b"a", b"1", b" ", b"\n", b"\t \n", b"a.", b"a@", b"a@a", b"A.A.", b"111 ", b"1,", b"1.1 ", b"!", b".", b"{{", b"[[",
    b"<p", b"<p ", b"www.", b"http://", b"http://a?a@", b"password:", b"passport ", b"lint: off ABC-01 ", b"+1 (1) ",
    b"1 day ", b"2 days ", b"AAAA BBBB ", b"1 \xd0\xb4\xd0\xb5\xd0\xbd\xd1\x8c ", b"\xd0\xb0a ", b"\xff", b"\x00", b"\r",
    b"> a\n", b"-- \n", b"a \n b\n", b"lint: off ABC-01" + b" " * 200,
]  # fmt: skip
MARKUP = [
    b"<!--", b"<div>", b"<p>", b"<table>", b"<table><tr><td>", b"<a href=x>", b"<a href='", b"<![", b"<!x", b"<?", b"</",
    b"</x>", b"&#", b"&", b"<", b"<a ", b"<script>", b"<style>", b"<th>", b"<svg><title>", b"<div style=display:none>",
    b"<strong><span>", b"<td align=center>x", b"<div style=color:red>x", b"<p a a a a>", b"<a href=//x>y</a> ",
]  # fmt: skip
STYLES = [
    b"a:b;",
    b"color:red;",
    b"/*",
    b"1",
    b"rgb(",
    b"(",
    b'"',
    b"! important",
    b"var(",
    b"width:1px;",
    b";",
]
SHEETS = [
    b"p{}",
    b"@a{",
    b"}",
    b"{",
    b"@font-face{url(",
    b"p{color:red}",
    b"a,",
    b";",
    b"/*",
    b"@media{p{",
    b"\n",
]
FIELDS = [
    b"(",
    b'"',
    b"a@",
    b"<",
    b"<a@b>,",
    b"\\",
    b"=?utf-8?b?",
    b"=?utf-8?b?YQ==?= ",
    b";",
    b"\n ",
    b'a;b="',
    b"\xff",
]

HURTFUL = {
    **{f"text {u[:20]!r}": ("a.txt", filled(u, b"Subject: Your order\nHello,\n", b"\n x z")) for u in TEXTS},
    **{f"page {u[:20]!r}": ("a.html", filled(u)) for u in MARKUP},
    **{f"letter {u[:20]!r}": ("a.eml", filled(u, HEADER)) for u in MARKUP[:12]},
    **{f"style {u!r}": ("a.html", filled(u, b"<td style='font-size:", b"'>x")) for u in STYLES},
    **{f"sheet {u!r}": ("a.html", filled(u, b"<style>", b"</style><p>x")) for u in SHEETS},
    **{
        f"{n.decode()} {u!r}": ("a.eml", filled(u, n + b": ", b"\nX: y\n\nHello\n"))
        for n in (b"From", b"Subject", b"Content-Type")
        for u in FIELDS
    },
    "fields": ("a.eml", filled(b"From: ((((\"\n", after=b"\n\nx")),
    "layers": ("a.eml", b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (i, i) for i in range(3000))),
    "forwards": ("a.eml", filled(b"Content-Type: message/rfc822\n\n")),
    "parts": ("a.eml", filled(b"--b\n\nx\n", b"Content-Type: multipart/mixed; boundary=b\n\n")),
    "names": ("a.eml", HEADER.replace(b"utf-8", b"idna") + b"\xff.\xff"),
    "labels": ("a.eml", filled(b"a", HEADER.replace(b"utf-8", b"punycode"))),
    "no charset": ("a.eml", HEADER.replace(b"utf-8", b'"\x00"') + b"\xff"),
    "sheet of many": ("a.html", b"<style>" + b"".join(b"p{a%d:1}.c{b%d:1}" % (i, i) for i in range(5000)) + b"</style>"
                      + b"<p class='c'>x" * 5000),
    "data of many": ("a.html", filled(b'{"price":"1"},', b"<script type=application/ld+json>[", b"{}]</script><p>1")),
    "deep data": ("a.html", b'<script type=application/ld+json>{"@type":' + b"[" * 900 + b"]" * 900 + b"}</script>"),
    "endless length": ("a.html", b"<img width=" + b"9" * 5000 + b" src=x>signature"),
}  # fmt: skip
"""Name and octets of every file."""


def crashed(one: Linted) -> list[str]:
    return [f"{v.check} {v.reason}" for v in one.report.verdicts if v.status.value == "crashed"]


@pytest.mark.parametrize("about", HURTFUL)
def test_what_a_file_costs_is_bounded_by_its_size(about):
    """
    A file of one thing repeated is judged in the time that its size allows, whatever the thing is.
    """
    path, data = HURTFUL[about]
    lint_bytes("warm.html", b"<p>Hello")
    began = time.process_time()
    one = lint_bytes(path, data)

    assert [] == crashed(one)
    assert SECONDS > time.process_time() - began


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(
        st.sampled_from([*TEXTS, *MARKUP, *STYLES, *SHEETS, *FIELDS, HEADER]) | st.binary(max_size=40),
        max_size=12,
    ),
    st.sampled_from(["a.eml", "a.html", "a.txt", "a", "a.mailsignature"]),
    st.booleans(),
)
def test_no_octets_make_the_lint_raise(pieces, path, mend):
    """
    Whatever stands in a file, every rule says something and none crashes, and mending it raises no more.
    """
    one = lint_bytes(path, b"".join(pieces), LintSettings(mend=mend))

    assert [] == crashed(one)


def said(one: Linted) -> str:
    return "\n".join(map(str, one.report.notes))


def test_what_was_not_judged_is_told():
    """
    Beyond a limit nothing is judged, and the report says which and how much was.
    """
    deep = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (i, i) for i in range(30))
    many = b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\nx\n" * 2000
    far = b"From: " + b"a" * 20_000 + b"@example.com\n\nHello"

    assert f"parts that are nested more than {mime.DEPTH_LIMIT} deep" in said(lint_bytes("a.eml", deep))
    assert f"parts after the first {mime.PART_LIMIT}" in said(lint_bytes("a.eml", many))
    assert f"the first {mime.VALUE_LIMIT} characters of the header field from" in said(
        lint_bytes("a.eml", far)
    )
    assert f"the first {LINE_LIMIT} lines" in said(lint_bytes("a.txt", b"a\n" * (LINE_LIMIT + 1)))
    assert f"{TEXT_LIMIT} characters" in said(lint_bytes("a.txt", b"a" * (TEXT_LIMIT + 1)))


def test_a_tag_or_comment_that_never_ends_is_found():
    """
    A file that ends inside a comment or a tag says so, as an element that was never closed.
    """
    for data, name in ((b"<p>Hello<!-- world", "!--"), (b"<p>Hello <b class='x", "b")):
        verdicts = {v.check: v for v in lint_bytes("a.html", data).report.verdicts}

        assert [name] == [f.message.values["tag"] for f in verdicts["HTM-03"].findings]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("=?utf-8?q?Caf=C3=A9?= today", "Café today"),
        ("=?utf-8?b?0J8=?= =?utf-8?b?0YA=?=", "Пр"),
        ("=?utf-8?b?0A==?= =?utf-8?b?nw==?=", "П"),
        ("=?no-such?q?abc?=", "abc"),
        ("=?utf-8?b?YQ==", "=?utf-8?b?YQ=="),
    ],
)
def test_encoded_words_are_read(text, shown):
    """
    RFC 2047 section 6.2: blanks between two words are none; a character may be cut in two by careless programs.
    """
    assert shown == mime.readable("Subject", text)


def test_an_encoded_name_with_a_comma_stays_one_name():
    """
    RFC 2047 section 5: what an encoded word says is a phrase, and no syntax.
    """
    assert '"Doe, J" <a@b.example>' == mime.readable("From", "=?utf-8?q?Doe=2C_J?= <a@b.example>")


@pytest.mark.parametrize(
    ("field", "name"),
    [
        ("attachment; filename=plan.pdf", "plan.pdf"),
        ('attachment; filename="my \\"plan\\".pdf"', 'my "plan".pdf'),
        ("attachment; filename*=UTF-8''%D0%9F.pdf", "П.pdf"),
        ("attachment; filename*0=long; filename*1=.pdf", "long.pdf"),
    ],
)
def test_names_of_attachments_are_read(field, name):
    """
    Plain, quoted, in a character set, and in pieces (RFC 2183 section 2.3, RFC 2231 sections 3 and 4).
    """
    assert [name] == [part.name for part in mime.read(f"Content-Disposition: {field}\n\nx").parts]
