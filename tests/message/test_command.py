"""``mailsetup message`` and ``receive``: files, mailboxes, folders, exit codes, and one letter over SMTP."""

from __future__ import annotations

import asyncio
import io
import json
import re
import smtplib
import ssl
import sys
import threading
import time
from importlib.resources import files

import jsonschema
import pytest

from mailsetup.cli.app import application
from mailsetup.edge.recorded import Recorded
from mailsetup.edge.zone_file import ZoneFile
from mailsetup.model.errors import MailsetupError, UsageError
from mailsetup.run.message import letters, moment, page_text, verify_message

from .letters import GOOD, NOW, ZONE, letter, signed

MASTER = "$ORIGIN example.com.\n$TTL 300\n@ SOA ns1 host 1 1 1 1 1\n@ NS ns1\nns1 A 192.0.2.1\n" + "\n".join(
    line for line in ZONE.strip().splitlines() if "arpa" not in line
)
KNOWN = ["--ip", "192.0.2.7", "--helo", "mail.example.com", "--at", str(NOW)]


@pytest.fixture
def place(tmp_path):
    """A folder with the zone, a right letter and one that was changed."""
    (tmp_path / "example.com.zone").write_text(MASTER + "\n", encoding="utf-8")
    (tmp_path / "good.eml").write_bytes(GOOD)
    (tmp_path / "bad.eml").write_bytes(GOOD.replace(b"eight", b"nine"))
    return tmp_path


def main(arguments: list[str]) -> int:
    """The command in this process; refusals end as they do for the shell."""
    try:
        return application()(arguments, standalone_mode=False) or 0
    except MailsetupError as fault:
        print(f"mailsetup: {fault}", file=sys.stderr)
        return fault.exit_code


def run(place, *arguments: str, capsys) -> tuple[int, str, str]:
    given = ["--zone", str(place / "example.com.zone"), "--offline"]
    code = main(["message", *arguments, *given])
    said = capsys.readouterr()
    return code, said.out, said.err


def test_a_right_letter_exits_with_nothing_and_a_changed_one_with_one(place, capsys):
    """
    0 and 1, as the audit's.
    """
    right = run(place, str(place / "good.eml"), *KNOWN, capsys=capsys)
    changed = run(place, str(place / "bad.eml"), "--at", str(NOW), capsys=capsys)

    assert (0, 1) == (right[0], changed[0])
    assert "DMARC      pass" in right[1]
    assert "the body was changed after signing" in " ".join(changed[1].split())


def test_the_document_fits_its_schema(place, capsys):
    """
    The words of RFC 8601 are where programs look for them.
    """
    _, out, _ = run(
        place, str(place / "good.eml"), str(place / "bad.eml"), *KNOWN, "--format", "json", capsys=capsys
    )
    document = json.loads(out)
    schema = json.loads(files("mailsetup").joinpath("schemas", "message.json").read_text(encoding="utf-8"))

    jsonschema.validate(document, schema)
    assert [("pass", "pass", "pass"), ("pass", "fail", "pass")] == [
        (m["spf"]["result"], m["dkim"]["result"], m["dmarc"]["result"]) for m in document["messages"]
    ]


def test_a_letter_without_an_address_does_not_simply_fail_dmarc(place, capsys):
    """
    What SPF may still carry is no failure: headline, page and document say that SPF was not judged.
    """
    bad = str(place / "bad.eml")
    _, text, _ = run(place, bad, capsys=capsys)
    _, page, _ = run(place, bad, "--format", "html", capsys=capsys)
    _, line, _ = run(place, bad, "--format", "jsonl", capsys=capsys)
    _, known, _ = run(place, bad, "--ip", "203.0.113.9", capsys=capsys)
    dmarc = json.loads(line)["dmarc"]

    assert text.splitlines()[0].endswith("DMARC fail, unless SPF passes")
    assert "DMARC fail, unless SPF passes" in page
    assert (dmarc["result"], dmarc["complete"]) == ("fail", False)
    assert known.splitlines()[0].endswith("DMARC fail")


def test_a_line_is_a_letter(place, capsys):
    """
    jsonl holds one document a letter.
    """
    _, out, _ = run(place, str(place / "good.eml"), *KNOWN, "--format", "jsonl", capsys=capsys)

    assert [("mailsetup/message-line/1", "pass")] == [
        (d["schema"], d["dmarc"]["result"]) for d in map(json.loads, out.splitlines())
    ]


def test_a_mailbox_and_a_folder_hold_many_letters(place):
    """
    mbox as RFC 4155 has it, with quoted From lines; a folder in the order of names.
    """
    body = b"From: a@example.com\n\nHello\n>From here\n"
    (place / "box.mbox").write_bytes(
        b"".join(b"From a@example.com Mon Sep 21 12:00:00 2026\n" + body + b"\n" for _ in range(3))
    )
    found = list(letters([str(place / "box.mbox")]))
    names = [one.label.rpartition("/")[2].rpartition("\\")[2] for one in letters([str(place)])]

    assert [b"From: a@example.com\n\nHello\nFrom here\n"] * 2 == [one.data for one in found[:2]]
    assert ["bad.eml", "box.mbox#1", "box.mbox#2", "box.mbox#3", "good.eml"] == names


def test_files_mailboxes_folders_and_stdin_are_one_run(place):
    """
    In the order given; each letter with its place.
    """
    (place / "box.mbox").write_bytes(
        b"From a@b Mon Sep 21 12:00:00 2026\n" + letter() + b"\n" + b"From a@b Mon\n" + letter()
    )
    (place / "folder").mkdir()
    (place / "folder" / "one.eml").write_bytes(letter())
    given = [str(place / "folder"), "-", str(place / "box.mbox"), str(place / "good.eml")]
    names = [one.label for one in letters(given, stdin=io.BytesIO(GOOD))]

    assert ["one.eml", "stdin", "box.mbox#1", "box.mbox#2", "good.eml"] == [
        re.split(r"[\\/]", name)[-1] for name in names
    ]


def test_a_letter_comes_from_stdin():
    """
    ``-`` is stdin.
    """
    assert [("stdin", GOOD)] == list(letters(["-"], stdin=io.BytesIO(GOOD)))


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["{place}/missing.eml"], "missing.eml"),
        (["{place}/empty.eml"], "the file is empty"),
        (["{place}/good.eml", "--ip", "300.1.1.1"], "not an IPv4 or IPv6 address"),
        (["{place}/good.eml", "--at", "tomorrow"], "is not a time"),
        (["{place}/good.eml", "--format", "docx"], "does not exist here"),
        (["{place}/good.eml", "--fail-on", "all"], "is not one of"),
    ],
)
def test_what_cannot_be_used_is_refused_in_a_sentence(place, capsys, arguments, says):
    """
    Exit code 2, never a traceback.
    """
    (place / "empty.eml").write_bytes(b"")
    code, _, err = run(place, *(a.replace("{place}", str(place)) for a in arguments), capsys=capsys)

    assert (2, True, False) == (code, says in err, "Traceback" in err)


def test_one_bad_file_does_not_stop_the_others(place, capsys):
    """
    The rest is judged; the exit code says that something could not be read.
    """
    code, out, err = run(place, str(place / "none.eml"), str(place / "good.eml"), *KNOWN, capsys=capsys)

    assert (2, True, True) == (code, "DMARC      pass" in out, "none.eml" in err)


def test_an_empty_file_in_a_folder_does_not_hide_those_after_it(place):
    """
    It is named, and the others are given out; an mbox of any size is read letter by letter.
    """
    (place / "empty.eml").write_bytes(b"")
    refused: list[str] = []
    names = [one.label for one in letters([str(place)], refused)]

    assert (2, 1) == (len(names), len(refused))
    assert "empty.eml: the file is empty" in refused[0]


def test_an_empty_letter_in_a_mailbox_does_not_hide_those_after_it(place):
    """
    Each letter of an mbox stands for itself: the empty one is named, and the next is judged.
    """
    line = b"From a@b Mon Sep 21 12:00:00 2026\n"
    (place / "box.mbox").write_bytes(line + letter() + b"\n" + line + b"\n" + line + letter())
    refused: list[str] = []
    names = [one.label.rpartition("#")[2] for one in letters([str(place / "box.mbox")], refused)]

    assert (["1", "3"], 1) == (names, len(refused))
    assert "box.mbox#2: the file is empty" in refused[0]


def test_a_page_of_letters_says_in_which_language_it_is(place, capsys):
    """
    A screen reader speaks Russian words as Russian.
    """
    from mailsetup.run import language

    try:
        language.use("ru")
        out = run(place, str(place / "good.eml"), *KNOWN, "--format", "html", capsys=capsys)[1]
    finally:
        language.use("en")

    assert ('<html lang="ru">', True) == (re.search("<html[^>]*>", out)[0], "Что доказывает" in out)


def test_what_cannot_be_read_is_refused_before_anybody_waits_for_a_letter():
    """
    A mistyped address is told at once, not after the letter came.
    """
    from mailsetup.run import receive as receiving
    from mailsetup.run.message import Settings
    from mailsetup.run.sources import SourceSettings

    heard: list[int] = []
    with pytest.raises(UsageError, match="300"):
        receiving.receive(
            receiving.Listening("127.0.0.1", 0, 0.05),
            SourceSettings(offline=True),
            Settings(ip="300.1.1.1"),
            lambda host, port: heard.append(port),
        )
    with pytest.raises(UsageError, match="is not ADDR:PORT"):
        receiving.listening("127.0.0.1:" + "9" * 5000, 1)

    assert [] == heard


def test_a_recorded_letter_is_judged_the_same_from_the_recording(place, capsys):
    """
    --record keeps the answers, --from replays them.
    """
    kept = place / "answers.json"
    first = run(
        place, str(place / "good.eml"), *KNOWN, "--record", str(kept), "--format", "json", capsys=capsys
    )
    code = main(
        ["message", str(place / "good.eml"), *KNOWN, "--from", str(kept), "--offline", "--format", "json"]
    )
    again = json.loads(capsys.readouterr().out)["messages"][0]
    before = json.loads(first[1])["messages"][0]

    assert (0, before["dkim"]["result"], before["dmarc"]) == (code, again["dkim"]["result"], again["dmarc"])
    assert Recorded(str(kept))


def test_times_are_numbers_iso_or_datetimes():
    """
    UTC unless it says otherwise; anything else is refused.
    """
    assert [0, 0, 3600] == [moment("0"), moment("1970-01-01T00:00:00Z"), moment("1970-01-01T02:00:00+01:00")]
    with pytest.raises(UsageError):
        moment("soon")


def test_a_program_gets_the_whole_report(place):
    """
    `verify_message` is a coroutine over any source.
    """
    source = ZoneFile(str(place / "example.com.zone"))
    report = asyncio.run(
        verify_message(
            GOOD, source=source, ip="192.0.2.7", helo="mail.example.com", at=NOW, trusted=("mx.example",)
        )
    )

    assert ("pass", "pass", "pass") == (report.spf_word, report.dkim_word, report.dmarc_word)


def test_the_manual_knows_rules_of_letters_and_of_receivers():
    """
    Title, reason, source and code; nothing for a check of the audit.
    """
    assert "DKIM_SIG_L_TAG" in page_text("message/length-tag")
    assert "In force since: 2024-06-01" in page_text("receiver/google-bulk-oneclick")
    assert "" == page_text("spf/plus-all")


def taken(place, data: bytes, *, tls: bool = False, files: tuple[str, str] = ("", "")):
    """One letter sent to ``receive`` by another thread: what became of it, and what the sender saw."""
    from mailsetup.run import receive as receiving
    from mailsetup.run.message import Settings
    from mailsetup.run.sources import SourceSettings

    ready = threading.Event()
    port: list[int] = []
    answers: list[object] = []

    def send() -> None:
        ready.wait(20)
        with smtplib.SMTP("127.0.0.1", port[0], local_hostname="mail.example.com", timeout=20) as client:
            if tls:
                context = ssl._create_unverified_context()
                client.starttls(context=context)
                answers.append(client.sock.getpeercert(binary_form=True))
            answers.append(client.sendmail("ann@example.com", ["bob@example.net"], data))

    def announced(host: str, number: int) -> None:
        port.append(number)
        ready.set()

    sender = threading.Thread(target=send)
    sender.start()
    sources = SourceSettings(zones=(str(place / "example.com.zone"),), offline=True)
    where = receiving.listening("127.0.0.1:0", 20)._replace(certificate=files[0], key=files[1])
    received = receiving.receive(where, sources, Settings(at=str(NOW)), announced)
    sender.join(20)
    return received, answers


def test_one_letter_is_taken_over_smtp_and_judged(place):
    """
    The connecting address and HELO name are those of the connection; the sender is told that it is taken.
    """
    received, answers = taken(place, signed(letter()))
    report = received.done[0].report
    said = report.envelope

    assert [{}] == answers
    assert ("127.0.0.1", "mail.example.com", "ann@example.com") == said[0:6:2]
    assert ["the connection"] * 3 == [str(one) for one in (said.ip_from, said.helo_from, said.sender_from)]
    assert ("fail", "pass", "pass") == (report.spf_word, report.dkim_word, report.dmarc_word)
    assert report.encrypted is False
    assert 1 == received.run.exit_code  # some receivers want SPF to pass as well


def test_starttls_is_offered_with_a_certificate_made_for_the_run(place):
    """
    RFC 3207: a sender that encrypts is seen to; the certificate signs itself and lives for a day.
    """
    from cryptography import x509

    received, (der, answer) = taken(place, signed(letter()), tls=True)
    certificate = x509.load_der_x509_certificate(der)
    life = certificate.not_valid_after_utc - certificate.not_valid_before_utc

    assert ({}, True) == (answer, received.done[0].report.encrypted)
    assert certificate.issuer == certificate.subject
    assert 2 > life.days


def test_starttls_shows_the_certificate_that_is_given(place):
    """
    ``--cert`` and ``--key``: two files or one.
    """
    from cryptography import x509

    from mailsetup.edge.server_certificate import self_signed

    pem = self_signed()
    key, _, certificate = pem.partition(b"-----BEGIN CERTIFICATE-----")
    certificate = b"-----BEGIN CERTIFICATE-----" + certificate
    (place / "cert.pem").write_bytes(certificate)
    (place / "key.pem").write_bytes(key)
    (place / "both.pem").write_bytes(pem)
    serial = x509.load_pem_x509_certificate(certificate).serial_number
    two = taken(place, GOOD, tls=True, files=(str(place / "cert.pem"), str(place / "key.pem")))
    one = taken(place, GOOD, tls=True, files=(str(place / "both.pem"), ""))

    assert [serial, serial] == [
        x509.load_der_x509_certificate(answers[0]).serial_number for _, answers in (two, one)
    ]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--cert", "{place}/missing.pem"], "cannot read"),
        (["--cert", "{place}/good.eml"], "no certificate with its key"),
        (["--key", "{place}/good.eml"], "--key needs --cert"),
    ],
)
def test_a_certificate_that_cannot_be_used_is_refused_in_a_sentence(place, capsys, arguments, says):
    """
    Before anybody is waited for.
    """
    given = [a.replace("{place}", str(place)) for a in arguments]
    code = main(["receive", "--listen", "127.0.0.1:0", "--wait", "5", *given])
    err = capsys.readouterr().err

    assert (2, True, False) == (code, says in err, "Traceback" in err)


def test_a_key_behind_a_pass_phrase_is_refused_and_never_asked_for(place, capsys):
    """
    A prompt would hang a script.
    """
    from cryptography.hazmat.primitives.serialization import (
        BestAvailableEncryption,
        Encoding,
        PrivateFormat,
        load_pem_private_key,
    )

    from mailsetup.edge.server_certificate import self_signed

    pem = self_signed()
    locked = load_pem_private_key(pem, None).private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"secret")
    )
    (place / "cert.pem").write_bytes(pem[pem.index(b"-----BEGIN CERTIFICATE") :])
    (place / "key.pem").write_bytes(locked)
    code = main(["receive", "--cert", str(place / "cert.pem"), "--key", str(place / "key.pem")])

    assert (2, True) == (code, "without a pass phrase" in capsys.readouterr().err)


@pytest.mark.parametrize("form", ["terminal", "markdown", "html"])
def test_forms_for_people_say_the_facts_first(place, capsys, form):
    """
    Whence the time, the address and the sender are known, what trusted hosts claimed, that nobody was unsubscribed.
    """
    from .test_rules import COVERS, LIST

    top = (
        b"Received: from mail.example.com ([192.0.2.7]) by mx.receiver.example with ESMTPS; "
        b"Mon, 21 Sep 2026 15:05:00 +0000\r\n"
        b"Authentication-Results: mx.receiver.example; spf=fail smtp.mailfrom=ann@example.com\r\n"
        b"Return-Path: <ann@example.com>\r\n"
    )
    (place / "list.eml").write_bytes(top + signed(letter(**LIST), h=COVERS))
    arguments = [str(place / "list.eml"), "--trust", "receiver.example", "--format", form, "--no-lint"]
    _, out, _ = run(place, *arguments, capsys=capsys)
    said = " ".join(re.sub(r"<[^>]*>|[|\\]", " ", out).split())
    head = said.partition("wrong")[0] if form != "terminal" else said

    for fact in (
        "2026-09-21T15:05:00Z (the topmost Received field, of mx.receiver.example)",
        "192.0.2.7 (the Received field of mx.receiver.example)",
        "mx.receiver.example wrote spf=fail; found here: pass",
        "the POST would take the reader off the list",
    ):
        assert fact in head, fact


def test_the_writing_is_judged_too_at_most_as_warnings(place, capsys):
    """
    The kit's lint is called; no receiver refuses a letter for its style, so it turns no exit code.
    """
    page = letter(b"<p>Hello</p>", Content_Type="text/html; charset=utf-8")
    (place / "page.eml").write_bytes(signed(page))
    with_it = run(place, str(place / "page.eml"), *KNOWN, "--format", "json", capsys=capsys)
    without = run(place, str(place / "page.eml"), *KNOWN, "--format", "json", "--no-lint", capsys=capsys)
    found = [v for v in json.loads(with_it[1])["messages"][0]["verdicts"] if v["check"] == "HTM-01"]

    assert [("fail", "warning")] == [(v["status"], v["severity"]) for v in found]
    assert with_it[0] == without[0]
    assert "HTM-01" not in without[1]


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"a\n" * 30_000, "not judged: what follows the first"),
        (b"<p>word word</p>\r\n" * 20_000, "the writing was not judged: the letter is too large"),
    ],
)
def test_what_is_not_linted_of_a_letter_built_to_hurt_is_told(place, capsys, body, says):
    """
    The lint reads so many lines, and no letter that is large; the letter is judged all the same.
    """
    (place / "big.eml").write_bytes(letter(body, Content_Type="text/html; charset=utf-8"))
    _, out, _ = run(place, str(place / "big.eml"), *KNOWN, capsys=capsys)

    assert says in " ".join(out.split())


SECONDS = 6.0  # of processor time, far above what is needed


@pytest.mark.parametrize("body", [b"a" * 5_000, b"<div>" * 5_000])
def test_the_writing_of_a_letter_built_to_hurt_is_judged(place, capsys, body):
    """
    Long words and deep nesting cost no more than their size.
    """
    (place / "big.eml").write_bytes(letter(body, Content_Type="text/html; charset=utf-8"))
    began = time.process_time()
    _, out, _ = run(place, str(place / "big.eml"), *KNOWN, capsys=capsys)

    assert "not judged: what follows" not in " ".join(out.split())
    assert "HTM-01" in out
    assert SECONDS > time.process_time() - began


@pytest.mark.parametrize("text", ["", "here", "127.0.0.1:99999", "127.0.0.1:"])
def test_a_place_to_listen_is_an_address_and_a_port(text):
    """
    Anything else is refused in a sentence.
    """
    from mailsetup.run.receive import listening

    with pytest.raises(UsageError, match="ADDR:PORT"):
        listening(text, 1)


def test_nobody_waits_for_ever(capsys):
    """
    Without a letter the command ends with 3 and a sentence.
    """
    code = main(["receive", "--listen", "127.0.0.1:0", "--wait", "0.2"])
    err = capsys.readouterr().err

    assert (3, True) == (code, bool(re.search("no letter came within 0.2 seconds", err)))


def test_results_and_reasons_stand_apart_on_a_page(place, capsys):
    """
    Where there are no columns a dash parts the word of a result from what it rests on.
    """
    for form in ("html", "markdown"):
        page = run(place, str(place / "good.eml"), *KNOWN, "--format", form, capsys=capsys)[1]

        assert "pass – " in page
        assert "pass   " not in page
