"""Messages are mended part by part, and every octet that no mend touches stays."""

from __future__ import annotations

import base64
import email
import email.policy
import quopri
import subprocess
import sys
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailsetup.kit.lint import judge, mending
from mailsetup.kit.lint.catalogue import rules
from mailsetup.kit.lint.rule import Rule
from mailsetup.model.finding import Status
from mailsetup.run.kit_lint import LintSettings, lint_bytes
from tests.kit.lint_world import of_example, verdicts

WORDS = "Hello Anna,\n\nsee https://fern.example/returns.\nЖдём «вас».\n\nBest wishes,\nBoris\nFern & Co support\n"
PAGE = (
    '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>Returns</title></head><body>\n'
    '<table><tr><td>Hello Anna, see <a href="http://fern.example/returns">the rules</a>. Ждём.</td></tr></table>\n'
    "</body></html>\n"
)
MENDED = WORDS.replace("returns.", "returns .")


def letter(encoding: str, end: str = "\r\n") -> bytes:
    """A message with both parts in one transfer encoding."""
    made = EmailMessage(policy=email.policy.SMTP.clone(linesep=end, cte_type="8bit"))
    made["From"], made["To"] = "Fern & Co <support@fern.example>", "Anna <anna@example.com>"
    made["Date"], made["Message-ID"] = "Sat, 21 Nov 2026 10:00:00 +0000", "<1@fern.example>"
    made["Subject"] = "How to return an order"
    made.set_content(WORDS, cte=encoding)
    made.add_alternative(PAGE, subtype="html", cte=encoding)
    made.set_boundary("=-boundary")
    made["Content-Language"] = "en"  # one that is there earlier would go into the first part
    return made.as_bytes()


def mended(data: bytes) -> bytes:
    done = lint_bytes("a.eml", data, LintSettings(mend=True, kind="R", locale="en"))
    return done.mended.encode("ascii", "surrogateescape")


def parts(data: bytes) -> list[str]:
    """The decoded text of every leaf."""
    read = email.message_from_bytes(data, policy=email.policy.default)
    return [part.get_content().replace("\r\n", "\n") for part in read.walk() if not part.is_multipart()]


@pytest.mark.parametrize("end", ["\r\n", "\n"])
@pytest.mark.parametrize("encoding", ["quoted-printable", "base64", "8bit"])
def test_a_message_is_mended_in_every_encoding(encoding: str, end: str) -> None:
    """The words and the page change, the headers and line ends do not, and a second time nothing."""
    before = letter(encoding, end)
    after = mended(before)
    text, page = parts(after)

    assert MENDED == text
    assert "https://fern.example/returns" in page and 'role="presentation"' in page
    assert before.split(end.encode() * 2)[0] == after.split(end.encode() * 2)[0]
    assert after.count(b"\r\n") == (after.count(b"\n") if end == "\r\n" else 0)
    assert after == mended(after)


def test_lines_that_need_no_mend_keep_their_octets() -> None:
    """Somebody else's way to encode a line is not our business."""
    body = b"Hello=20Anna,\n\nsee https://fern.example/returns.\nThe =66ern and a s=\noft break.\n\nBest wishes,\nBoris\n"
    head = (
        b"From: Fern <a@fern.example>\nDate: Sat, 21 Nov 2026 10:00:00 +0000\nMessage-ID: <1@fern.example>\n"
        b"MIME-Version: 1.0\nContent-Language: en\nSubject: How to return an order\n"
        b"Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\n"
    )

    assert head + body.replace(b"returns.", b"returns .") == mended(head + body)


@pytest.mark.parametrize("seal", ["DKIM-Signature: v=1; a=rsa-sha256", "ARC-Seal: i=1; a=rsa-sha256"])
def test_a_signed_message_is_left_alone(seal: str) -> None:
    """A change would break the signature; the report says so."""
    data = seal.encode() + b"\r\n" + letter("8bit")
    done = lint_bytes("a.eml", data, LintSettings(mend=True))

    assert done.mended == done.source
    assert any("break its" in str(note) for note in done.report.notes)


@pytest.mark.parametrize(
    ("head", "gone", "there"),
    [
        ("Subject: We have your letter now!!\n", "!!", "Subject: We have your letter now\n"),
        ("Subject: We have your letter now!\n", "now!", "Subject: We have your letter now\n"),
        ("Subject: Re: We have your letter now\n", "Re:", "Subject: We have your letter now\n"),
        ("Subject: WE HAVE YOUR LETTER NOW\n", "WE HAVE", "Subject: We have your letter now\n"),
        ("Subject: We have your letter\nList-Unsubscribe: <https://a.example/\n u>\n", "List-Unsub", ""),
        ("Received: from a.example\nX-Unsent: 1\nSubject: We have your letter\n", "X-Unsent", ""),
        ("Subject: We have your letter\n", "\0", "MIME-Version: 1.0\n"),
        ("Subject: We have your letter\n", "\0", "Content-Language: en\n"),
    ],
)
def test_headers_are_mended(head: str, gone: str, there: str) -> None:
    """What can be added, taken out or written anew without knowing more is."""
    data = (
        f"From: Fern <a@fern.example>\n{head}\nHello Anna,\n\nwe have your letter.\n\nBest wishes,\nBoris\n"
    )
    after = lint_bytes("a.eml", data.encode(), LintSettings(mend=True, kind="T", locale="en")).mended

    assert gone not in after and there in after
    assert after.endswith("\n\nHello Anna,\n\nwe have your letter.\n\nBest wishes,\nBoris\n")


def test_an_automatic_answer_gets_its_marks() -> None:
    """So that no other machine answers it."""
    data = "From: Fern <a@fern.example>\r\nSubject: Ответ скоро\r\n\r\nЗдравствуйте!\r\n"
    after = lint_bytes("a.eml", data.encode(), LintSettings(mend=True, kind="A", locale="ru")).mended

    assert "Auto-Submitted: auto-replied\r\n" in after and "X-Auto-Response-Suppress: All\r\n" in after


def test_the_command_shows_parts_as_people_read_them(tmp_path: Path) -> None:
    """``--fix`` shows words and not their encoding; ``--write`` mends the file, and it still is a message."""
    path = tmp_path / "a.eml"
    path.write_bytes(letter("base64"))

    def lint(*words: str) -> str:
        command = [sys.executable, "-m", "mailsetup", "kit", "lint", str(path), "--class", "R", *words]
        return subprocess.run(
            command, capture_output=True, encoding="utf-8", timeout=120, cwd=tmp_path
        ).stdout

    shown = lint("--fix")
    before = path.read_bytes()
    lint("--write", "--quiet")

    assert "+see https://fern.example/returns .\n" in shown and "a.eml (text/plain)" in shown
    assert letter("base64") == before
    assert MENDED == parts(path.read_bytes())[0]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            ["see https://fern.example/a.", "word " * 20, "ждём", "", "-- ", "From me", ".", "=20"]
        )
    ),
    st.sampled_from(["quoted-printable", "base64", "8bit"]),
)
def test_a_mended_part_says_what_the_mended_text_says(lines: list[str], encoding: str) -> None:
    """Whatever the encoding, the words are those that the text alone would become."""
    text = "\n".join([*lines, "end"]) + "\n"
    coded = {"quoted-printable": quopri.encodestring, "base64": base64.encodebytes, "8bit": lambda b: b}
    head = (
        "From: Fern <a@fern.example>\nDate: Sat, 21 Nov 2026 10:00:00 +0000\nMessage-ID: <1@fern.example>\n"
        "MIME-Version: 1.0\nContent-Language: en\nSubject: How to return an order\n"
        f"Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: {encoding}\n\n"
    )
    wishes = LintSettings(mend=True, kind="R", locale="en")
    alone = lint_bytes("a.txt", text.encode(), wishes).mended
    whole = lint_bytes("a.eml", head.encode() + coded[encoding](text.encode()), wishes)
    after = whole.mended.encode("ascii", "surrogateescape")

    assert alone == parts(after)[0]


@pytest.mark.parametrize("rule", rules(), ids=lambda r: r.id)
def test_a_rule_mends_its_example_where_its_page_says_so(rule: Rule) -> None:
    """
    Mended, the example has fewer findings, most often none; a rule whose page does not say so changes nothing.
    """
    found = of_example(rule.fires)
    verdict = judge.judge(found)
    own = [hit for hit in rule.judge(found) if hit.edits]
    left_out = [other.id for other in rules() if other.id != rule.id]
    done = mending.mend(found, left_out)
    again = of_example(
        rule.fires._replace(text=done.source, path=rule.fires.path or found.path)
        if found.form != "eml"
        else rule.fires._replace(text=done.source.encode("ascii", "surrogateescape").decode("utf-8"))
    )

    assert Status.FAIL == next(v for v in verdict.report.verdicts if v.check == rule.id).status
    if rule.fixes:
        assert done.source != found.source
        assert len(verdicts(again)[rule.id].findings) < len(list(rule.judge(found))) or rule.id == "HTM-01"
    else:
        assert not own and done.source == found.source
