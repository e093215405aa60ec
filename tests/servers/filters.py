"""SpamAssassin and rspamd as receivers run them, on loopback, with every test that asks the network switched off."""

from __future__ import annotations

import http.client
import json
import os
import random
import re
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from .process import require

AT_ONCE = 2  # letters a filter is given at a time
FILTER_READY_WITHIN = (
    300.0  # seconds; both read some thousand rules first, for 15 s on a machine that is idle
)

# What rspamd would ask others, or would learn from the SMTP conversation that a file does not have.
ASKS_OTHERS = (
    "antivirus",
    "arc",
    "asn",
    "bimi",
    "dkim",
    "dmarc",
    "fuzzy_check",
    "greylist",
    "hfilter",
    "mx_check",
    "neural",
    "once_received",
    "phishing",
    "ratelimit",
    "rbl",
    "redis",
    "replies",
    "reputation",
    "rspamd_update",
    "spf",
    "surbl",
    "url_redirector",
)
RSPAMD = """
.include "$CONFDIR/common.conf"
options {{
    pidfile = "$RUNDIR/rspamd.pid";
    .include "$CONFDIR/options.inc"
    dns {{ nameserver = ["127.0.0.1:1"]; timeout = 0.05s; retransmits = 1; }}
}}
logging {{ type = "console"; level = "warning"; }}
worker "normal" {{ bind_socket = "127.0.0.1:{port}"; count = 2; mime = true; }}
"""
SPAMASSASSIN = "use_bayes 0\nuse_auto_welcomelist 0\ndns_available no\nreport_safe 0\n"


class Judged(NamedTuple):
    """What a filter said: the sum, and the rules that made it."""

    score: float
    rules: Mapping[str, float]


class Judge(NamedTuple):
    """A running filter; called with letters it gives what it says of each."""

    says: Callable[[bytes], Judged]
    port: int

    def __call__(self, letters: Sequence[bytes]) -> list[Judged]:
        return _each(letters, self.says)


@contextmanager
def spamassassin() -> Iterator[Judge]:
    """SpamAssassin's daemon with the rules of its package; gives what judges letters."""
    command = require("spamd", "spamd")
    with _readable() as folder:
        yield from _spamassassin(command, folder)


@contextmanager
def _readable() -> Iterator[Path]:
    """A folder that the account a daemon changes to can read."""
    with tempfile.TemporaryDirectory(prefix="mailsetup-filter-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder


def _spamassassin(command: str, folder: Path) -> Iterator[Judge]:
    site = folder / "site"
    site.mkdir(parents=True)
    for loaded in Path("/etc/spamassassin").glob("*.pre"):
        shutil.copy(loaded, site)
    (site / "local.cf").write_text(SPAMASSASSIN, encoding="ascii")
    port = _port()
    options = [
        "--local",
        "--nouser-config",
        "--max-children=2",
        "--min-children=2",
        "--listen=127.0.0.1",
        f"--port={port}",
        "--configpath=/usr/share/spamassassin",
        f"--siteconfigpath={site}",
        "--syslog=stderr",
        f"--helper-home-dir={folder}",
    ]
    user = ["--username=nobody"] if getattr(os, "geteuid", lambda: 1)() == 0 else []
    with _daemon([command, *options, *user], folder, lambda: _spamd(port, b"PING SPAMC/1.5\r\n\r\n")):
        yield Judge(lambda data: _spamassassin_says(port, data), port)


@contextmanager
def rspamd() -> Iterator[Judge]:
    """One rspamd with the configuration of its package; gives what judges letters."""
    command = require("rspamd", "rspamd")
    with _readable() as folder:
        yield from _rspamd(command, folder)


def _rspamd(command: str, folder: Path) -> Iterator[Judge]:
    own = folder / "etc" / "override.d"
    own.mkdir(parents=True)
    for module in ASKS_OTHERS:
        (own / f"{module}.conf").write_text("enabled = false;\n", encoding="ascii")
    for name in ("run", "log", "db"):
        (folder / name).mkdir()
    port = _port()
    config = folder / "rspamd.conf"
    config.write_text(RSPAMD.format(port=port), encoding="utf-8")
    places = {"RUNDIR": "run", "LOGDIR": "log", "DBDIR": "db", "LOCAL_CONFDIR": "etc"}
    variables = [part for name, place in places.items() for part in ("--var", f"{name}={folder / place}")]
    address = f"http://127.0.0.1:{port}"
    options = ["--no-fork", "--insecure", f"--config={config}", *variables]
    with _daemon([command, *options], folder, lambda: _fetch(f"{address}/ping")):
        yield Judge(lambda data: _rspamd_says(address, data), port)


def _port() -> int:
    """
    A free port that no client is given: both daemons start slowly, and a client that asks an empty port from the
    range of clients' own ports may be connected to itself.
    """
    for port in random.sample(range(20_000, 32_000), 50):
        with socket.socket() as tried:
            try:
                tried.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise RuntimeError("no free port on 127.0.0.1")


@contextmanager
def _daemon(command: list[str], folder: Path, ask: Callable[[], bytes]) -> Iterator[None]:
    log = folder / "daemon.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            command, cwd=folder, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT
        )
    try:
        _wait(process, ask, log)
        yield
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(process: subprocess.Popen[bytes], ask: Callable[[], bytes], log: Path) -> None:
    began = time.monotonic()
    while time.monotonic() - began < FILTER_READY_WITHIN and process.poll() is None:
        try:
            if ask():
                return
        except (OSError, http.client.HTTPException):
            pass
        time.sleep(0.2)
    said = log.read_text(encoding="utf-8", errors="replace")[-3000:]
    raise RuntimeError(f"{process.args!r} was not ready:\n{said}")


def _each(letters: Sequence[bytes], judge: Callable[[bytes], Judged]) -> list[Judged]:
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(judge, letters))


def _spamd(port: int, request: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
        connection.sendall(request)
        connection.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: connection.recv(65536), b""))


def _spamassassin_says(port: int, data: bytes) -> Judged:
    head = b"REPORT SPAMC/1.5\r\nContent-length: %d\r\n\r\n" % len(data)
    answer = _spamd(port, head + data).decode("utf-8", "replace")
    score = re.search(r"^Spam: \w+ ; (-?[\d.]+) /", answer, re.MULTILINE)
    if score is None:
        raise RuntimeError(f"spamd said: {answer[:500]}")
    rules = re.findall(r"^\s*(-?\d+\.\d+) ([A-Z][A-Z0-9_]{2,})\b", answer, re.MULTILINE)
    return Judged(float(score[1]), {name: float(points) for points, name in rules})


def _rspamd_says(address: str, data: bytes) -> Judged:
    request = urllib.request.Request(f"{address}/checkv2", data=data, method="POST")
    with urllib.request.urlopen(request, timeout=60) as answer:
        said = json.load(answer)
    rules = {name: symbol["score"] for name, symbol in said["symbols"].items() if symbol["score"]}
    return Judged(float(said["score"]), rules)


def _fetch(address: str) -> bytes:
    with urllib.request.urlopen(address, timeout=2) as answer:
        return bytes(answer.read())
