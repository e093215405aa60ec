"""The web edge against a real HTTPS server: every bad manner is an answer, bounded in size and time."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mailsetup.edge.source import Pending
from mailsetup.edge.web import Web
from mailsetup.model.dns import DnsAnswer, DnsQuestion, Outcome, Question, WebAnswer, WebQuestion
from tests.servers.certificates import Made
from tests.servers.https import HttpsServer, Page, https

HOST = "mta-sts.example.com"
POLICY = b"version: STSv1\r\nmode: enforce\r\nmx: mail.example.com\r\nmax_age: 604800\r\n"
GOOD = Made((HOST,), datetime(2036, 1, 1, tzinfo=UTC))
PAGES = {
    "/good": Page(body=POLICY),
    "/moved": Page(301, location=f"https://{HOST}/moved"),
    "/typed": Page(kind="text/html; charset=utf-8", body=POLICY),
    "/slow": Page(body=POLICY, manner="slow"),
    "/silent": Page(manner="silent"),
    "/huge": Page(manner="huge", size=10 * 2**20),
    "/breaks": Page(body=POLICY, manner="breaks"),
    "/broken": Page(status=99, body=b""),
}


def loopback(question: Question) -> Pending:
    """Every name is this machine."""
    assert isinstance(question, DnsQuestion)
    if question.rdtype == "A":
        return DnsAnswer(Outcome.FOUND, ("127.0.0.1",))
    return DnsAnswer(Outcome.NO_DATA)


def nowhere(question: Question) -> Pending:
    return DnsAnswer(Outcome.TIMEOUT)


def fetched(url: str, port: int, time_limit: float = 1.0, ask: object = loopback) -> WebAnswer:
    async def run() -> WebAnswer:
        web = Web(ask, time_limit=time_limit, connect_limit=time_limit, port=port)  # type: ignore[arg-type]
        try:
            answer = await web.ask(WebQuestion(url))
            assert isinstance(answer, WebAnswer)
            return answer
        finally:
            await web.close()

    return asyncio.run(run())


def get(
    path: str, tmp: Path, monkeypatch: pytest.MonkeyPatch, made: Made = GOOD
) -> tuple[WebAnswer, HttpsServer]:
    with https(PAGES, made, tmp) as server:
        monkeypatch.setenv("SSL_CERT_FILE", str(server.trust))
        return fetched(f"https://{HOST}{path}", server.port), server


def test_a_page_comes_with_status_type_and_body(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    The certificate is checked against the name in the address, wherever that name leads.
    """
    answer, server = get("/good", tmp_path, monkeypatch)

    assert (Outcome.FOUND, 200, POLICY, False, "") == (
        answer.outcome, answer.status, answer.body, answer.truncated, answer.tls_fault
    )  # fmt: skip
    assert ("content-type", "text/plain") in answer.headers
    assert ["GET /good HTTP/1.1"] == server.asked


def test_a_redirect_is_shown_and_not_followed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    A loop of redirects costs one request.
    """
    answer, server = get("/moved", tmp_path, monkeypatch)

    assert (301, ("location", f"https://{HOST}/moved")) == (answer.status, answer.headers[-1])
    assert 1 == len(server.asked)


@pytest.mark.parametrize(("path", "status"), [("/none", 404), ("/typed", 200)])
def test_any_status_is_an_answer(
    path: str, status: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    What it means is for the checks to say.
    """
    answer, _ = get(path, tmp_path, monkeypatch)

    assert (Outcome.FOUND, status) == (answer.outcome, answer.status)


def test_a_huge_body_is_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Of ten megabytes 64 KB are read, and the connection is closed.
    """
    answer, server = get("/huge", tmp_path, monkeypatch)

    assert (65_536, True) == (len(answer.body), answer.truncated)
    assert sum(server.sent) < 10 * 2**20


@pytest.mark.parametrize("path", ["/slow", "/silent"])
def test_a_server_that_does_not_finish_is_slow(
    path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    It was there, so that it is slow is known; the wait is bounded.
    """
    began = time.monotonic()
    answer, _ = get(path, tmp_path, monkeypatch)

    assert (True, False) == (answer.slow, answer.unknown)
    assert time.monotonic() - began < 5


@pytest.mark.parametrize("path", ["/breaks", "/broken"])
def test_a_server_that_breaks_off_leaves_it_open(
    path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Half a file is no file.
    """
    answer, _ = get(path, tmp_path, monkeypatch)

    assert (Outcome.SERVFAIL, True) == (answer.outcome, answer.unknown)


@pytest.mark.parametrize(
    ("made", "fault"),
    [
        (Made((HOST,), datetime(2026, 1, 1, tzinfo=UTC)), "expired"),
        (Made(("www.example.com",), datetime(2036, 1, 1, tzinfo=UTC)), "name"),
        (Made((HOST,), datetime(2036, 1, 1, tzinfo=UTC), "self"), "self-signed"),
    ],
)
def test_a_bad_certificate_is_named(
    made: Made, fault: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    The fault is known, so checks may rest on it; the page behind it is never read.
    """
    answer, server = get("/good", tmp_path, monkeypatch, made)

    assert (fault, b"", False) == (answer.tls_fault, answer.body, answer.unknown)
    assert [] == server.asked


def test_authorities_that_cannot_be_read_are_the_reason_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Not the server's certificate is at fault but the file SSL_CERT_FILE names.
    """
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "gone.pem"))
    answer = fetched(f"https://{HOST}/good", 9)

    assert (True, "") == (answer.unknown, answer.tls_fault)
    assert f"SSL_CERT_FILE names {tmp_path / 'gone.pem'}, which cannot be used" in answer.detail


@pytest.mark.parametrize(("excepted", "asked"), [("", 1), ("example.com", 0), (HOST, 0), ("*", 0)])
def test_no_proxy_is_asked_for_what_it_is_not_for(
    excepted: str, asked: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    HTTPS_PROXY is used, and NO_PROXY goes by the host's name although its address is what is connected to.
    """
    seen: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{proxy.getsockname()[1]}")
        monkeypatch.setenv("NO_PROXY", excepted)
        threading.Thread(target=_refuse, args=(proxy, seen), daemon=True).start()
        answer, _ = get("/good", tmp_path, monkeypatch)

    assert asked == len(seen)
    assert (POLICY if not asked else b"") == answer.body


def _refuse(proxy: socket.socket, seen: list[bytes]) -> None:
    """A proxy that lets nobody through, and remembers who came."""
    with contextlib.suppress(OSError):
        while True:
            connection, _ = proxy.accept()
            with connection:
                seen.append(connection.recv(4096))
                connection.sendall(b"HTTP/1.1 502 no\r\n\r\n")


def test_an_authority_that_nobody_knows_is_untrusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Without the test authority among those trusted its certificates count for nothing.
    """
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    with https(PAGES, GOOD, tmp_path) as server:
        answer = fetched(f"https://{HOST}/good", server.port)

    assert "untrusted" == answer.tls_fault


def test_nobody_there_is_unknown(tmp_path: Path) -> None:
    """
    A refused connection, a name without an answer and what is no address of the web prove nothing.
    """
    refused = fetched(f"https://{HOST}/good", 1)
    unresolved = fetched(f"https://{HOST}/good", 1, ask=nowhere)
    plain = fetched("http://example.com/", 1)

    assert [Outcome.REFUSED, Outcome.TIMEOUT, Outcome.REFUSED] == [
        refused.outcome, unresolved.outcome, plain.outcome
    ]  # fmt: skip
    assert refused.unknown and unresolved.unknown and plain.unknown


def test_after_two_operators_nobody_else_is_waited_for() -> None:
    """
    Where HTTPS is blocked, a batch does not wait for every host in turn.
    """

    async def run() -> list[str]:
        web = Web(loopback, time_limit=1, connect_limit=1, port=1)
        urls = [f"https://mta-sts.{name}/" for name in ("example.com", "example.net", "example.org")]
        return [(await web.ask(WebQuestion(url))).detail for url in urls]

    assert "blocked from here" in asyncio.run(run())[2]
