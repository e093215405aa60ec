"""What every test gets: sockets for loopback only, and the ``--update-goldens`` switch."""

from __future__ import annotations

import gc
import ipaddress
import os
import signal
import socket
import sys
from typing import Any

import pytest

# English and UTC are expected wherever the tests run; what they start takes Ctrl-C in a shell's background job too.
os.environ.update(LC_ALL="C.UTF-8", LANGUAGE="", TZ="UTC")
# A tree that keeps no compiled modules is compiled again by every process that the tests start: half of its time.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


# As the command line has it: whole modules and corpora are loaded, and looking through them again finds no garbage.
gc.set_threshold(100_000, 10, 10)


COMPILED = "MAILSETUP_TESTS_COMPILED"
"""Set where the compiled modules of a wheel are tested (`compiled.py`), and not the tree."""


def pytest_sessionstart() -> None:
    """What is tested is what was asked for."""
    from mailsetup.edge.dns import wire

    if os.environ.get(COMPILED) and str(wire.__file__).endswith(".py"):
        raise pytest.UsageError(f"the compiled modules are to be tested, and {wire.__file__} is not compiled")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-goldens", action="store_true", help="write committed results anew")


@pytest.fixture
def score(record_property: Any) -> Any:
    """Reports a figure of a suite; all of them stand at the end of the run."""

    def report(line: str) -> None:
        record_property("score", line)

    return report


def pytest_terminal_summary(terminalreporter: Any) -> None:
    reports = (r for several in terminalreporter.stats.values() for r in several)
    lines = [value for r in reports for name, value in getattr(r, "user_properties", ()) if name == "score"]
    if lines:
        terminalreporter.section("scores")
        for line in sorted(set(lines)):
            terminalreporter.write_line(line)


def _loopback_only(address: Any) -> None:
    if not isinstance(address, tuple):
        return
    host = str(address[0])
    try:
        inside = ipaddress.ip_address(host).is_loopback or host in ("0.0.0.0", "::")
    except ValueError:
        inside = host in ("localhost", "")
    if not inside:
        raise OSError(f"tests talk to loopback only, not to {host}")


class LoopbackSocket(socket.socket):
    """A socket that reaches nobody else."""

    def connect(self, address: Any) -> None:
        """As `socket.socket.connect`, on loopback."""
        _loopback_only(address)
        super().connect(address)

    def connect_ex(self, address: Any) -> int:
        """As `socket.socket.connect_ex`, on loopback."""
        _loopback_only(address)
        return super().connect_ex(address)

    def sendto(self, data: Any, *rest: Any) -> int:
        """As `socket.socket.sendto`, on loopback."""
        _loopback_only(rest[-1])
        return super().sendto(data, *rest)


@pytest.fixture(autouse=True, scope="session")
def _loopback() -> Any:
    before = socket.socket
    socket.socket = LoopbackSocket  # type: ignore[misc]
    yield
    socket.socket = before  # type: ignore[misc]
