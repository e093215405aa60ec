"""An HTTPS server that does what it is told, well or badly: a test authority, bad certificates, bad manners."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from .certificates import Made, write

REQUEST_LIMIT = 65_536


class Page(NamedTuple):
    """
    What a path brings. ``manner``: ``""`` as it should be, ``slow`` never finishes, ``huge`` sends ``size``
    octets, ``breaks`` promises more than it sends, ``silent`` says nothing after the request, ``drip`` sends an
    octet now and then, ``headers`` sends headers without end, ``noise`` what is not HTTP.
    """

    status: int = 200
    kind: str = "text/plain"
    body: bytes = b""
    location: str = ""
    manner: str = ""
    size: int = 0


class HttpsServer(NamedTuple):
    """``asked`` are the request lines seen, ``sent`` counts octets of bodies; ``trust`` is the authority's file."""

    port: int
    trust: Path
    asked: list[str]
    sent: list[int]


@contextmanager
def https(pages: Mapping[str, Page], made: Made, tmp: Path) -> Iterator[HttpsServer]:
    """A server on loopback with this certificate; every path not among the pages is 404."""
    tmp.mkdir(parents=True, exist_ok=True)
    files = write(made, tmp, "web")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(files.chain, files.key)
    listener = socket.create_server(("127.0.0.1", 0))
    server = HttpsServer(listener.getsockname()[1], files.authority, [], [])
    ending = threading.Event()
    thread = threading.Thread(
        target=_serve, args=(listener, context, dict(pages), server, ending), daemon=True
    )
    thread.start()
    try:
        yield server
    finally:
        ending.set()
        listener.close()


def _serve(
    listener: socket.socket,
    context: ssl.SSLContext,
    pages: dict[str, Page],
    server: HttpsServer,
    ending: threading.Event,
) -> None:
    while not ending.is_set():
        try:
            raw, _ = listener.accept()
        except OSError:
            return
        threading.Thread(target=_one, args=(raw, context, pages, server, ending), daemon=True).start()


def _one(
    raw: socket.socket,
    context: ssl.SSLContext,
    pages: dict[str, Page],
    server: HttpsServer,
    ending: threading.Event,
) -> None:
    with contextlib.suppress(OSError), raw:
        raw.settimeout(30)
        with context.wrap_socket(raw, server_side=True) as connection:
            line = connection.recv(REQUEST_LIMIT).split(b"\r\n")[0].decode("latin-1")
            server.asked.append(line)
            _answer(
                connection, pages.get(line.split(" ")[1], Page(404, "text/html", b"not here")), server, ending
            )


def _answer(connection: ssl.SSLSocket, page: Page, server: HttpsServer, ending: threading.Event) -> None:
    if page.manner == "silent":
        ending.wait(30)
        return
    if page.manner == "noise":
        connection.sendall(b"\x00\xff" * 4096)
        return
    if page.manner == "headers":
        connection.sendall(b"HTTP/1.1 200 x\r\n")
        while not ending.is_set():
            connection.sendall(b"X-More: and more\r\n" * 100)
        return
    size = page.size or len(page.body)
    if page.manner == "drip":
        size = 1_000_000
    promised = size + 1000 if page.manner == "breaks" else size
    head = [f"HTTP/1.1 {page.status} x", f"Content-Type: {page.kind}", f"Content-Length: {promised}"]
    if page.location:
        head.append(f"Location: {page.location}")
    connection.sendall("\r\n".join([*head, "", ""]).encode("latin-1"))
    if page.manner == "slow":
        ending.wait(30)
        return
    if page.manner == "drip":
        while not ending.wait(0.1):
            connection.sendall(b" ")
        return
    if page.manner == "huge":
        piece = b"x" * 65_536
        for _ in range(size // len(piece)):
            connection.sendall(piece)
            server.sent.append(len(piece))
        return
    connection.sendall(page.body)
