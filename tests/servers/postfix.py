"""Postfix as mail server: one instance, a port for each certificate, nothing delivered anywhere."""

from __future__ import annotations

import os
import shutil
import smtplib
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import MappingProxyType

import pytest

from .certificates import Made, write
from .process import READY_WITHIN, free_port, require

STARTS = 3
MAIN = """
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
maillog_file = {folder}/log/mail
maillog_file_prefixes = {folder}
myhostname = mail.example.com
mydestination =
mynetworks =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
alias_maps =
local_recipient_maps =
default_transport = error:nothing leaves this machine
smtpd_relay_restrictions = reject
smtpd_tls_security_level = {level}
smtpd_banner = $myhostname ESMTP
message_size_limit = 1000000
"""
MASTER = """
pickup    unix  n - n 60 1 pickup
cleanup   unix  n - n - 0 cleanup
qmgr      unix  n - n 300 1 qmgr
tlsmgr    unix  - - n 1000? 1 tlsmgr
rewrite   unix  - - n - - trivial-rewrite
bounce    unix  - - n - 0 bounce
error     unix  - - n - - error
anvil     unix  - - n - 1 anvil
postlog   unix-dgram n - n - 1 postlogd
"""


@contextmanager
def postfix(
    certificates: Mapping[str, Made | None], options: Mapping[str, tuple[str, ...]] = MappingProxyType({})
) -> Iterator[dict[str, int]]:
    """
    Postfix with a port for each word, showing that certificate; None is a port without STARTTLS.

    ``options`` are further settings of a port, ``name=value`` without a blank.

    It must be started by root; elsewhere the test is skipped, or fails where CI=true.
    """
    command = require("postfix", "postfix")
    if getattr(os, "geteuid", lambda: 1)() != 0:
        if os.environ.get("CI") == "true":
            pytest.fail("postfix must be started by root")
        pytest.skip("postfix must be started by root")
    with ExitStack() as running:
        yield _first_that_starts(running, command, certificates, options)


def _first_that_starts(
    running: ExitStack,
    command: str,
    certificates: Mapping[str, Made | None],
    options: Mapping[str, tuple[str, ...]],
) -> dict[str, int]:
    for left in reversed(range(STARTS)):
        try:
            return running.enter_context(_started(command, certificates, options))
        except NotReady:
            if not left:
                raise
    raise AssertionError("STARTS is above zero")


class NotReady(RuntimeError):
    """It did not start: a port that was free a moment ago may have been taken by another test."""


@contextmanager
def _started(
    command: str, certificates: Mapping[str, Made | None], options: Mapping[str, tuple[str, ...]]
) -> Iterator[dict[str, int]]:
    folder = Path(tempfile.mkdtemp(prefix="mailsetup-postfix-"))
    try:
        ports = _configure(folder, certificates, options)
        _own(folder)
        with (folder / "out").open("wb") as out:
            process = subprocess.Popen(
                [command, "-c", str(folder / "etc"), "start-fg"], stdout=out, stderr=subprocess.STDOUT
            )
        try:
            for port in ports.values():
                _wait(port, process, folder)
            yield ports
        finally:
            subprocess.run(
                [command, "-c", str(folder / "etc"), "stop"], check=False, capture_output=True, timeout=20
            )
            process.terminate()
            process.wait(10)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _configure(
    folder: Path, certificates: Mapping[str, Made | None], options: Mapping[str, tuple[str, ...]]
) -> dict[str, int]:
    folder.chmod(0o755)
    for name in ("etc", "queue", "data", "log", "keys"):
        (folder / name).mkdir(mode=0o755)
    (folder / "etc" / "main.cf").write_text(MAIN.format(folder=folder, level="may"), encoding="utf-8")
    master, ports = MASTER, {}
    for word, made in certificates.items():
        port = ports[word] = free_port()
        master += f"127.0.0.1:{port} inet n - n - - smtpd\n"
        master += "".join(f"  -o {option}\n" for option in options.get(word, ()))
        if made is None:
            master += "  -o smtpd_tls_security_level=none\n"
            continue
        files = write(made, folder / "keys", word)
        together = folder / "keys" / f"{word}.both"
        together.write_bytes(files.key.read_bytes() + files.chain.read_bytes())
        together.chmod(0o600)
        master += f"  -o smtpd_tls_chain_files={together}\n"
    (folder / "etc" / "master.cf").write_text(master, encoding="utf-8")
    return ports


def _own(folder: Path) -> None:
    shutil.chown(folder / "data", "postfix", "root")


def _wait(port: int, process: subprocess.Popen[bytes], folder: Path) -> None:
    began = time.monotonic()
    while time.monotonic() - began < READY_WITHIN:
        if process.poll() is not None:
            break
        try:
            with smtplib.SMTP("127.0.0.1", port, timeout=2) as client:
                client.noop()
                return
        except (OSError, smtplib.SMTPException):
            time.sleep(0.1)
    logs = [
        p.read_text(encoding="utf-8", errors="replace")[-2000:]
        for p in (folder / "out", folder / "log" / "mail")
        if p.exists()
    ]
    raise NotReady("postfix was not ready:\n" + "\n".join(logs))
