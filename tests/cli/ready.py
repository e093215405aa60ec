"""
The command line, imported once: each run is a copy of the process that has it, and so a process of its own.

Half of what a short command costs is importing. The copy has its own arguments, folder, output and end; it shares
with its siblings what importing left behind, the environment and the seed of hashes. Whoever tests one of these
starts a process afresh.
"""

from __future__ import annotations

import json
import os
import runpy
import selectors
import signal
import socket
import struct
import subprocess
import sys
import time
import traceback
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

LENGTH = struct.Struct("!I")
ENDED = struct.Struct("!i")
BROKEN = 99  # the exit code of a copy that did not come to its end
ROOT = Path(__file__).parents[2]
CODE = """
import sys
if not sys.flags.safe_path: # else PYTHONPATH says where everything is
    sys.path[0] = sys.argv[1]
from tests.cli.ready import serve
serve(int(sys.argv[2]))
"""


class Ready:
    """The process that has imported everything, in an environment; it ends with the one that started it."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.environment = dict(environment)
        self._line, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-c", CODE, str(ROOT), str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                env=self.environment,
            )

    def run(self, arguments: Sequence[str], folder: Path, timeout: float) -> tuple[int, bytes, bytes]:
        """
        Exit code (negative for a signal), standard output and error of ``python -m mailsetup`` in a folder.

        Raises `subprocess.TimeoutExpired` after ending it.
        """
        out, out_end = os.pipe()
        err, err_end = os.pipe()
        asked = json.dumps([list(arguments), str(folder)]).encode()
        try:
            socket.send_fds(self._line, [LENGTH.pack(len(asked))], [out_end, err_end])
            self._line.sendall(asked)
        finally:
            os.close(out_end)
            os.close(err_end)
        (pid,) = ENDED.unpack(_exactly(self._line, ENDED.size))
        try:
            said = _read({out: b"", err: b""}, time.monotonic() + timeout)
        except TimeoutError:
            os.kill(pid, signal.SIGKILL)
            raise subprocess.TimeoutExpired(["mailsetup", *arguments], timeout) from None
        finally:
            (code,) = ENDED.unpack(_exactly(self._line, ENDED.size))
            os.close(out)
            os.close(err)
        return code, said[out], said[err]


def _exactly(line: socket.socket, size: int) -> bytes:
    parts = b""
    while len(parts) < size:
        part = line.recv(size - len(parts))
        if not part:
            raise EOFError("the process that copies itself has ended")
        parts += part
    return parts


def _read(said: dict[int, bytes], until: float) -> dict[int, bytes]:
    parts: dict[int, list[bytes]] = {end: [] for end in said}
    with selectors.DefaultSelector() as waiting:
        for end in said:
            waiting.register(end, selectors.EVENT_READ)
        while waiting.get_map():
            found = waiting.select(until - time.monotonic())
            if not found and time.monotonic() >= until:
                raise TimeoutError
            for key, _ in found:
                part = os.read(key.fd, 1 << 16)
                parts[key.fd].append(part)
                if not part:
                    waiting.unregister(key.fd)
    return {end: b"".join(those) for end, those in parts.items()}


def serve(line: int) -> None:
    """In the process that is copied: a copy for each request, one after the other, until nobody asks."""
    _import_everything()
    with socket.socket(fileno=line) as asked:
        while True:
            head, ends, _, _ = socket.recv_fds(asked, LENGTH.size, 2)
            if not head:
                return
            head += _exactly(asked, LENGTH.size - len(head)) if len(head) < LENGTH.size else b""
            arguments, folder = json.loads(_exactly(asked, *LENGTH.unpack(head)))
            pid = os.fork()
            if not pid:
                asked.close()
                _be(arguments, folder, *ends)
            for end in ends:
                os.close(end)
            asked.sendall(ENDED.pack(pid))
            asked.sendall(ENDED.pack(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])))


def _be(arguments: list[str], folder: str, out: int, err: int) -> Any:
    """As ``python -m mailsetup`` in a folder; never returns."""
    for end, place, name in ((out, 1, "stdout"), (err, 2, "stderr")):
        os.dup2(end, place)
        os.close(end)
        before = getattr(sys, name)
        by_line = 1 if place == 2 else -1
        opened = open(place, "w", by_line, before.encoding, before.errors)  # noqa: SIM115, PTH123 - the standard stream
        setattr(sys, name, opened)
        setattr(sys, f"__{name}__", opened)
    os.chdir(folder)
    if not sys.flags.safe_path:
        sys.path[0] = folder
    sys.argv[1:] = arguments
    try:
        runpy.run_module("mailsetup", run_name="__main__", alter_sys=True)
    except BaseException:  # the command line ends the process itself
        traceback.print_exc()
    finally:
        os._exit(BROKEN)


def _import_everything() -> None:
    import importlib
    import pkgutil

    import mailsetup

    for module in pkgutil.walk_packages(mailsetup.__path__, "mailsetup."):
        if module.name != "mailsetup.__main__":
            importlib.import_module(module.name)
