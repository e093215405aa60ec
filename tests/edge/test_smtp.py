"""The SMTP edge against real Postfix and against servers with bad manners: STARTTLS, certificates, silence."""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mailsetup.edge.smtp import Smtp
from mailsetup.edge.source import Pending
from mailsetup.grammar.certificate import parse_certificate
from mailsetup.model.case import Case, Scope
from mailsetup.model.dns import Answer, DnsAnswer, DnsQuestion, Outcome, Question, SmtpAnswer, SmtpQuestion
from mailsetup.model.finding import Status, Verdict
from mailsetup.model.snapshot import Snapshot
from mailsetup.run.judge import judge
from mailsetup.run.registry import all_checks
from tests.servers.certificates import Made, authority, write
from tests.servers.postfix import postfix
from tests.zones import world

HOST = "mail.example.com"
LATER = datetime(2036, 1, 1, tzinfo=UTC)
CERTIFICATES = {
    "good": Made((HOST,), LATER),
    "expired": Made((HOST,), datetime(2026, 1, 1, tzinfo=UTC)),
    "name": Made(("www.example.com",), LATER),
    "self-signed": Made((HOST,), LATER, "self"),
    "none": None,
}


def loopback(question: Question) -> Pending:
    """Every name is this machine."""
    assert isinstance(question, DnsQuestion)
    found = question.rdtype == "A"
    return DnsAnswer(Outcome.FOUND, ("127.0.0.1",)) if found else DnsAnswer(Outcome.NO_DATA)


async def spoken(port: int, host: str = HOST, limit: float = 10.0) -> SmtpAnswer:
    smtp = Smtp(loopback, time_limit=limit, connect_limit=limit)
    try:
        answer = await smtp.ask(SmtpQuestion(host, port))
        assert isinstance(answer, SmtpAnswer)
        return answer
    finally:
        await smtp.close()


@pytest.fixture(scope="module")
def ports() -> Iterator[dict[str, int]]:
    with postfix(CERTIFICATES) as found:
        yield found


@pytest.fixture
def trusting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from cryptography.hazmat.primitives.serialization import Encoding

    file = tmp_path / "authority.pem"
    file.write_bytes(authority().public_bytes(Encoding.PEM))
    monkeypatch.setenv("SSL_CERT_FILE", str(file))


@pytest.mark.real
@pytest.mark.usefixtures("trusting")
@pytest.mark.parametrize("word", ["good", "expired", "name", "self-signed"])
def test_postfix_shows_its_certificate(word: str, ports: dict[str, int]) -> None:
    """
    The conversation goes through whatever the certificate is, and its fault is named.
    """
    answer = asyncio.run(spoken(ports[word]))

    leaf = parse_certificate(answer.certificates[0])
    made = CERTIFICATES[word]
    assert leaf is not None and made is not None
    assert (Outcome.FOUND, True, "TLSv1.3") == (answer.outcome, answer.starttls, answer.tls_version)
    assert ("" if word == "good" else word, made.names) == (answer.tls_fault, leaf.names)
    assert f"220 {HOST} ESMTP" == answer.greeting
    assert "SIZE 1000000" in answer.extensions
    assert (1 if word == "self-signed" else 2) == len(answer.certificates)


@pytest.mark.real
def test_without_the_authority_the_chain_is_untrusted(
    ports: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    The authorities are those of the system, or of SSL_CERT_FILE.
    """
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)

    assert "untrusted" == asyncio.run(spoken(ports["good"])).tls_fault


UNUSABLE = {"gone": None, "empty": b"", "no PEM": b"\x30\x82\x01\x0a"}


@pytest.mark.real
@pytest.mark.parametrize("kind", UNUSABLE)
def test_authorities_that_cannot_be_read_leave_the_chain_open(
    kind: str, ports: dict[str, int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    That SSL_CERT_FILE names no use is a fault of this machine: nothing is said of the host, and the reason is.
    """
    file = tmp_path / "authority.pem"
    if UNUSABLE[kind] is not None:
        file.write_bytes(UNUSABLE[kind] or b"")
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    answer = asyncio.run(spoken(ports["good"]))

    assert (True, "") == (answer.unknown, answer.tls_fault)
    assert answer.detail.startswith(f"SSL_CERT_FILE names {file}, which cannot be used: ")


@pytest.mark.real
def test_postfix_without_starttls(ports: dict[str, int]) -> None:
    """
    That a host offers no encryption is known, not an error.
    """
    answer = asyncio.run(spoken(ports["none"]))

    assert (Outcome.FOUND, False, ()) == (answer.outcome, answer.starttls, answer.certificates)
    assert "SIZE 1000000" in answer.extensions


Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter, list[bytes]], Awaitable[None]]


async def against(talk: Talk, limit: float = 0.6) -> tuple[SmtpAnswer, list[bytes], float]:
    """What is made of a server that talks so, what it was told, and how long that took."""
    heard: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await talk(reader, writer, heard)
            heard.append(await reader.read(1000))
        except OSError:
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    began = time.monotonic()
    answer = await spoken(server.sockets[0].getsockname()[1], limit=limit)
    took = time.monotonic() - began
    await asyncio.sleep(0.05)
    server.close()
    return answer, heard, took


def saying(*replies: bytes) -> Talk:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, heard: list[bytes]) -> None:
        for number, reply in enumerate(replies):
            if number:
                heard.append(await reader.readline())
            writer.write(reply)
            await writer.drain()

    return talk


@pytest.mark.parametrize(
    "talk",
    [
        saying(),
        saying(b"220 mail.example.com ESMTP\r\n"),
        saying(b"220 mail.example.com ESMTP\r\n", b"250-mail.example.com\r\n250-STARTTLS\r\n"),
        saying(b"SSH-2.0-OpenSSH_9.2\r\n"),
        saying(b"220 " + b"x" * 100_000),
        saying(b"220 x\r\n", b"250-x\r\n" * 5000),
        saying(b"\xff\xfe\x00\r\n"),
        saying(b"220 x\r\n", b"250-x\r\n250 STARTTLS\r\n", b"220 go\r\nnot TLS at all\r\n" * 10),
        saying(b"220 x\r\n", b"250-x\r\n250 STARTTLS\r\n", b"220 go\r\n"),
    ],
)
def test_a_server_that_stops_in_the_middle_proves_nothing(talk: Talk) -> None:
    """
    Silence, babble and endless replies end in an unknown answer, soon.
    """
    answer, _, took = asyncio.run(against(talk))

    assert (True, ()) == (answer.unknown, answer.certificates)
    assert took < 5


def test_no_mail_is_ever_begun() -> None:
    """
    What is said is EHLO, STARTTLS and QUIT; an address literal names the asker.
    """
    talk = saying(b"220 x\r\n", b"250-x\r\n250 STARTTLS\r\n", b"454 not now\r\n")
    answer, heard, _ = asyncio.run(against(talk))

    assert [b"EHLO [127.0.0.1]\r\n", b"STARTTLS\r\n", b"QUIT\r\n"] == heard
    assert (Outcome.FOUND, False) == (answer.outcome, answer.starttls)


@pytest.mark.parametrize("reply", [b"550 go away\r\n", b"421 too busy\r\n", b"504 need a full name\r\n"])
def test_a_host_that_refuses_ehlo_shows_nothing_of_what_it_offers(reply: bytes) -> None:
    """
    It may offer STARTTLS to others: unknown is not absent.
    """
    answer, heard, _ = asyncio.run(against(saying(b"220 x\r\n", reply, b"221 bye\r\n")))

    assert (True, f"EHLO is refused: {reply.decode().strip()}") == (answer.unknown, answer.detail)
    assert [b"EHLO [127.0.0.1]\r\n", b"QUIT\r\n"] == heard[:2]


@pytest.mark.parametrize("reply", [b"500 what?\r\n", b"502 not implemented\r\n"])
def test_a_host_that_does_not_know_ehlo_has_no_extensions(reply: bytes) -> None:
    """
    RFC 5321 section 3.2: such a server speaks the old protocol, which has no STARTTLS.
    """
    answer, _, _ = asyncio.run(against(saying(b"220 x\r\n", reply, b"221 bye\r\n")))

    assert (Outcome.FOUND, False, ()) == (answer.outcome, answer.starttls, answer.extensions)


def test_a_host_is_spoken_to_once() -> None:
    """
    Many domains share a mail host; it gets one connection.
    """

    async def run() -> int:
        count = 0

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            nonlocal count
            count += 1
            writer.write(b"554 go away\r\n")
            await writer.drain()
            writer.close()

        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        smtp = Smtp(loopback)
        question = SmtpQuestion(HOST, server.sockets[0].getsockname()[1])
        await asyncio.gather(*(smtp.ask(question) for _ in range(5)))
        server.close()
        return count

    assert 1 == asyncio.run(run())


async def encrypted(made: Made, folder: Path, port: int, hello: bytes) -> tuple[SmtpAnswer, bytes]:
    """What is made of a server whose first octet is TLS, at a stand-in for a port, and what it was told."""
    files, heard = write(made, folder, "server"), bytearray()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(files.chain, files.key)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(hello)
        heard.extend(await reader.read(1000))
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
    smtp = Smtp(loopback, time_limit=5, ports={port: server.sockets[0].getsockname()[1]})
    try:
        answer = await smtp.ask(SmtpQuestion(HOST, port))
        await asyncio.sleep(0.1)
    finally:
        await smtp.close()
        server.close()
    assert isinstance(answer, SmtpAnswer)
    return answer, bytes(heard)


@pytest.mark.real
@pytest.mark.usefixtures("trusting")
@pytest.mark.parametrize("word", ["good", "expired", "name", "self-signed"])
@pytest.mark.parametrize(
    ("port", "hello", "goodbye"),
    [
        (465, b"220 mail.example.com ESMTP\r\n", b"QUIT\r\n"),
        (993, b"* OK IMAP4rev1 ready\r\n", b"a LOGOUT\r\n"),
        (995, b"+OK ready\r\n", b"QUIT\r\n"),
    ],
)
def test_ports_that_begin_with_tls(
    port: int, hello: bytes, goodbye: bytes, word: str, tmp_path: Path
) -> None:
    """
    Handshake, greeting, goodbye: the certificate is taken and its fault named, nobody logs in.
    """
    made = CERTIFICATES[word]
    assert made is not None
    answer, heard = asyncio.run(encrypted(made, tmp_path, port, hello))

    assert (Outcome.FOUND, True, hello.decode().strip()) == (answer.outcome, answer.starttls, answer.greeting)
    assert ("" if word == "good" else word) == answer.tls_fault
    assert goodbye == heard


@pytest.mark.real
@pytest.mark.usefixtures("trusting")
def test_submission_is_spoken_to_as_port_25(ports: dict[str, int]) -> None:
    """
    Port 587 of a real Postfix: STARTTLS, and the certificate made out to another name.
    """

    async def run() -> object:
        smtp = Smtp(loopback, ports={587: ports["name"]})
        try:
            return await smtp.ask(SmtpQuestion(HOST, 587))
        finally:
            await smtp.close()

    answer = asyncio.run(run())
    assert isinstance(answer, SmtpAnswer)

    assert (Outcome.FOUND, True, "name") == (answer.outcome, answer.starttls, answer.tls_fault)


def test_a_host_without_a_server_is_known_to_refuse() -> None:
    """
    A connection refused is told apart from one that nobody answers.
    """

    async def run() -> object:
        smtp = Smtp(loopback, ports={25: 1})
        return await smtp.ask(SmtpQuestion(HOST, 25))

    answer = asyncio.run(run())
    assert isinstance(answer, SmtpAnswer)

    assert Outcome.REFUSED is answer.outcome


@pytest.mark.parametrize("others", ["refuse too", "answer"])
def test_one_operator_that_refuses_is_down_only_if_another_one_answers(others: str) -> None:
    """
    A firewall that rejects looks like a host that is down: port 25 is then blocked from here, inconclusive.
    """

    async def greeting(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mx.other.example ESMTP\r\n")
        await reader.read()
        writer.close()

    async def run() -> Verdict:
        server = await asyncio.start_server(greeting, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        up, down = Smtp(loopback, time_limit=1, ports={25: port}), Smtp(loopback, ports={25: 1})
        fragment = world("example.com. MX 10 mail.example.com.\nmail.example.com. A 9.9.9.10")

        async def answer(question: Question) -> Answer:
            if not isinstance(question, SmtpQuestion):
                return fragment.answer(question)
            own = question.host == "mail.example.com"
            said: SmtpAnswer = await (down if own or others == "refuse too" else up).ask(question)
            return said

        check = next(c for c in all_checks() if c.id == "mx/all-down")
        answers: dict[Question, Answer] = {}
        for reads in check.reads:
            walk = reads("example.com")
            with suppress(StopIteration):
                batch = next(walk)
                while True:
                    answers.update({q: await answer(q) for q in batch if q not in answers})
                    batch = walk.send(answers)
        await up.close()
        await down.close()
        server.close()
        scope = Scope("example.com", options=frozenset({"smtp"}))
        return judge(Case(scope, Snapshot("example.com", "2026-11-21T12:00:00Z", answers)), (check,))[0]

    verdict = asyncio.run(run())
    details = [str(e.answer.detail) for e in verdict.unanswered if isinstance(e.answer, SmtpAnswer)]

    if others == "answer":
        assert Status.FAIL is verdict.status
    else:
        assert Status.INCONCLUSIVE is verdict.status
        assert any("blocked from here" in detail for detail in details)


def test_port_25_is_blocked_from_here() -> None:
    """
    When hosts of two unrelated operators do not answer, that is said, and nobody else is waited for.
    """

    async def run() -> list[SmtpAnswer]:
        smtp = Smtp(loopback, connect_limit=1)
        hosts = ["a.mail.example.com", "b.mail.example.com", "mail.example.net", "mail.example.org"]
        return [await smtp.ask(SmtpQuestion(host, 1)) for host in hosts]

    answers = asyncio.run(run())

    assert [False, False, True, True] == ["blocked from here" in a.detail for a in answers]
    assert all(a.unknown for a in answers)
