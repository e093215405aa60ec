"""One server process: found or the test says why not, waited for, stopped, its log shown when it fails."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import dns.exception
import dns.flags
import dns.message
import dns.query
import dns.rcode
import pytest

READY_WITHIN = 20.0  # seconds; signing and loading take one or two
STOPPED_WITHIN = 5.0
_PLACES = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/sbin", "/usr/local/sbin"])


def require(binary: str, package: str) -> str:
    """The path of a program; without it the test is skipped, or fails where CI=true."""
    path = shutil.which(binary, path=_PLACES)
    if path is not None:
        return path
    reason = f"{binary} is not installed; get it with: apt-get install {package}"
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


def free_port(address: str = "127.0.0.1") -> int:
    """A port that is free for UDP and TCP."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    for _ in range(50):
        with socket.socket(family, socket.SOCK_DGRAM) as udp:
            udp.bind((address, 0))
            port = int(udp.getsockname()[1])
            with socket.socket(family, socket.SOCK_STREAM) as tcp:
                try:
                    tcp.bind((address, port))
                except OSError:
                    continue
            return port
    raise RuntimeError(f"no free port on {address}")


class NameServer:
    """A running server; ``resolver`` is what ``--resolver`` takes."""

    def __init__(self, address: str, port: int, process: subprocess.Popen[bytes], log: Path) -> None:
        self.address, self.port, self.process, self.log = address, port, process, log

    @property
    def resolver(self) -> str:
        return f"{self.address}:{self.port}"

    def query(
        self, name: str, rdtype: str = "A", *, dnssec: bool = False, recurse: bool = False
    ) -> dns.message.Message:
        """The server's own message, by UDP, by TCP when it was cut."""
        question = dns.message.make_query(name, rdtype, want_dnssec=dnssec)
        if not recurse:
            question.flags &= ~dns.flags.RD
        message, _ = dns.query.udp_with_fallback(question, self.address, timeout=10, port=self.port)
        return message

    def stop(self) -> None:
        """Ends the process, also twice; a killed server is a server that was silent."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(STOPPED_WITHIN)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def wait(self, name: str, rdtype: str = "SOA", *, rcodes: Sequence[int] | None = None) -> None:
        """Until the server answers a question, with one of ``rcodes`` if given; raises with its log."""
        began = time.monotonic()
        while time.monotonic() - began < READY_WITHIN:
            if self.process.poll() is not None:
                raise RuntimeError(f"the server ended with {self.process.returncode}:\n{self.tail()}")
            question = dns.message.make_query(name, rdtype)
            try:
                answer = dns.query.udp(question, self.address, timeout=0.5, port=self.port)
            except (dns.exception.DNSException, OSError):
                time.sleep(0.05)
                continue
            if rcodes is None or answer.rcode() in rcodes:
                return
            time.sleep(0.1)
        raise RuntimeError(f"the server was not ready within {READY_WITHIN:g} s:\n{self.tail()}")

    def tail(self) -> str:
        """The end of the server's log."""
        return self.log.read_text(encoding="utf-8", errors="replace")[-3000:]


@contextmanager
def running(
    command: Sequence[str],
    folder: Path,
    address: str,
    port: int,
    ready: str,
    kind: type[NameServer] = NameServer,
) -> Iterator[NameServer]:
    """A server from its start to its end, ready to answer for ``ready``."""
    log = folder / "log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            list(command), cwd=folder, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT
        )
    server = kind(address, port, process, log)
    try:
        server.wait(ready, rcodes=(dns.rcode.NOERROR, dns.rcode.NXDOMAIN))
        yield server
    finally:
        server.stop()


def folder_for(tmp: Path, what: str) -> Path:
    """A new folder for one server; the servers stay the account that started them, so it may be private."""
    for i in range(1000):
        folder = tmp / f"{what}{i}"
        if not folder.exists():
            folder.mkdir(parents=True)
            return folder
    raise RuntimeError(f"too many servers under {tmp}")
