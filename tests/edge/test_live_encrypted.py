"""DNS over TLS and over HTTPS, with certificates of a certificate authority of our own."""

from __future__ import annotations

import asyncio
import contextlib
import datetime
import http.server
import ipaddress
import socket
import ssl
import struct
import threading
from collections.abc import Iterator
from pathlib import Path

import dns.message
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from mailsetup.edge.dns.live import Live
from mailsetup.edge.dns.probe import check_resolvers, examine
from mailsetup.model.dns import DnsAnswer, DnsQuestion, Outcome
from mailsetup.model.errors import NoAnswers

from .lying_server import Manner, Sent, _exactly, honest

ZONE = {
    ("www.example.test.", "A"): ["192.0.2.1"],
    ("big.example.test.", "TXT"): [" ".join(['"' + "y" * 250 + '"'] * 40)],
}
WWW = DnsQuestion("www.example.test", "A")
BIG = DnsQuestion("big.example.test", "TXT")


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A self-signed certificate for localhost and 127.0.0.1, and its key."""
    folder = tmp_path_factory.mktemp("tls")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    addresses = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(addresses), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "cert.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    pem = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    (folder / "key.pem").write_bytes(key.private_bytes(*pem))
    return folder / "cert.pem", folder / "key.pem"


def _context(authority: tuple[Path, Path]) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*authority)
    return context


@contextlib.contextmanager
def tls_server(authority: tuple[Path, Path], manner: Manner) -> Iterator[str]:
    """A DNS server over TLS; yields its address as a user writes it."""
    context = _context(authority)
    listener = socket.create_server(("127.0.0.1", 0))

    def converse(connection: socket.socket) -> None:
        with contextlib.suppress(OSError), context.wrap_socket(connection, server_side=True) as stream:
            while head := _exactly(stream, 2):
                query = dns.message.from_wire(_exactly(stream, struct.unpack("!H", head)[0]))
                wire = manner(query, True)
                assert isinstance(wire, bytes)
                stream.sendall(struct.pack("!H", len(wire)) + wire)

    def serve() -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = listener.accept()
                threading.Thread(target=converse, args=(connection,), daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    yield f"tls://127.0.0.1:{listener.getsockname()[1]}"
    with contextlib.suppress(OSError):
        listener.shutdown(socket.SHUT_RDWR)
    listener.close()


@contextlib.contextmanager
def https_server(authority: tuple[Path, Path], manner: Manner) -> Iterator[str]:
    """A DNS server over HTTPS; ``/broken`` answers with status 500."""

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            query = dns.message.from_wire(self.rfile.read(int(self.headers["content-length"])))
            wire = manner(query, True)
            assert isinstance(wire, bytes)
            self.send_response(500 if self.path == "/broken" else 200)
            self.send_header("content-type", "application/dns-message")
            self.send_header("content-length", str(len(wire)))
            self.end_headers()
            self.wfile.write(wire)

        def log_message(self, *args: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    # Each client's handshake in its own thread: one that comes and goes without any must not keep the others waiting.
    context = _context(authority)
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"https://127.0.0.1:{server.server_address[1]}/dns-query"
    server.shutdown()
    server.server_close()


@contextlib.contextmanager
def proxy() -> Iterator[tuple[str, list[str]]]:
    """An HTTP proxy that tunnels; yields its URL and the targets it was asked for."""
    listener = socket.create_server(("127.0.0.1", 0))
    targets: list[str] = []

    def copy(source: socket.socket, sink: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(4096):
                sink.sendall(data)
            sink.shutdown(socket.SHUT_WR)

    def tunnel(client: socket.socket) -> None:
        head = b""
        while b"\r\n\r\n" not in head:
            head += client.recv(4096)
        target = head.split()[1].decode("ascii")
        targets.append(target)
        host, _, port = target.rpartition(":")
        far = socket.create_connection((host, int(port)))
        client.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        threading.Thread(target=copy, args=(far, client), daemon=True).start()
        copy(client, far)

    def serve() -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = listener.accept()
                threading.Thread(target=tunnel, args=(client,), daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}", targets
    with contextlib.suppress(OSError):
        listener.shutdown(socket.SHUT_RDWR)
    listener.close()


PATIENCE = 60  # seconds for one try: 200 questions over HTTPS, server beside, took 2 to 4 s at a load of 13


def asked(resolver: str, *questions: DnsQuestion) -> list[DnsAnswer]:
    """What comes back, however long a busy machine takes: nothing here is about time."""

    async def run() -> list[DnsAnswer]:
        live = Live([resolver], timeout=PATIENCE, retries=0)
        try:
            pending = [live.ask(question) for question in questions]
            return [p if isinstance(p, tuple) else await p for p in pending]  # type: ignore[misc]
        finally:
            await live.close()

    return asyncio.run(run())


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize("server", [tls_server, https_server])
def test_answers_come_over_an_encrypted_connection(
    server: object, authority: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(authority[0]))
    with server(authority, honest(ZONE)) as address:  # type: ignore[operator]
        many = [DnsQuestion(f"n{i}.example.test", "A") for i in range(200)]
        small, big, *none = asked(address, WWW, BIG, *many)

        assert ("192.0.2.1",) == small.records
        assert 10_000 == len(big.texts[0])
        assert {Outcome.NO_NAME} == {a.outcome for a in none}


@pytest.mark.parametrize("server", [tls_server, https_server])
def test_a_certificate_nobody_vouches_for_is_a_failure_and_not_absence(
    server: object, authority: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    with server(authority, honest(ZONE)) as address:  # type: ignore[operator]
        (answer,) = asked(address, WWW)

        assert Outcome.SERVFAIL == answer.outcome
        assert "certificate" in answer.detail.lower()


def test_the_probe_works_over_tls(authority: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(authority[0]))

    async def run(address: str) -> list[object]:
        live = Live([address])
        try:
            return list(await check_resolvers(live))
        finally:
            await live.close()

    with tls_server(authority, honest(ZONE)) as address:
        assert [] == asyncio.run(run(address))


def test_an_http_error_is_a_failure_that_names_the_status(
    authority: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(authority[0]))
    with https_server(authority, honest(ZONE)) as address:
        (answer,) = asked(address.replace("/dns-query", "/broken"), WWW)

        assert Outcome.SERVFAIL == answer.outcome
        assert "HTTP status 500" in answer.detail


def test_the_proxy_of_the_environment_is_used_and_its_exceptions_kept(
    authority: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(authority[0]))
    with https_server(authority, honest(ZONE)) as address, proxy() as (url, targets):
        monkeypatch.setenv("HTTPS_PROXY", url)
        (through,) = asked(address, WWW)
        seen = list(targets)
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        (past,) = asked(address, WWW)

        assert [("192.0.2.1",)] * 2 == [through.records, past.records]
        assert [address.split("/")[2]] == seen == targets


@pytest.mark.parametrize("server", [tls_server, https_server])
def test_the_probe_says_why_an_encrypted_resolver_cannot_be_asked(
    server: object, authority: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    A certificate nobody vouches for is named, before a run and in the long look, and not only silence.
    """
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)

    async def run(address: str) -> tuple[str, str]:
        live = Live([address])
        try:
            with pytest.raises(NoAnswers) as refused:
                await check_resolvers(live)
            (health,) = await examine(live)
        finally:
            await live.close()
        return str(refused.value), health.sentence

    with server(authority, honest(ZONE)) as address:  # type: ignore[operator]
        before, long_look = asyncio.run(run(address))

    assert "certificate" in before
    assert "certificate" in long_look


@pytest.mark.parametrize("server", [tls_server, https_server])
def test_who_waits_for_an_encrypted_server_that_fell_silent_is_told_so(
    server: object, authority: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(authority[0]))
    ended = threading.Event()

    def stopped(query: dns.message.Message, tcp: bool) -> Sent:
        ended.wait(30)
        return honest(ZONE)(query, tcp)

    async def run(resolver: str) -> list[DnsAnswer]:
        live = Live([resolver], timeout=0.2, retries=0)
        live.silent_after = 0.6
        try:
            pending = [live.ask(DnsQuestion(f"n{i}.example.test", "A")) for i in range(300)]
            return list(await asyncio.wait_for(asyncio.gather(*pending), 20))  # type: ignore[arg-type]
        finally:
            ended.set()
            await live.close()

    with server(authority, stopped) as address:  # type: ignore[operator]
        found = asyncio.run(run(address))

    assert {Outcome.TIMEOUT} == {answer.outcome for answer in found}
    assert [answer for answer in found if "has been silent for 0.6 s" in answer.detail]
