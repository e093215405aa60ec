"""A mailbox as a small firm has one: Postfix takes letters by SMTP, Dovecot gives them back by IMAP; on loopback."""

from __future__ import annotations

import imaplib
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest

from .postfix import MAIN, MASTER, _own, _wait
from .process import READY_WITHIN, free_port, require

USER, PASSWORD = "anna.belova@example.com", "only-on-loopback"
DELIVERS = """
virtual_mailbox_domains = example.com
virtual_mailbox_base = {folder}/mail
virtual_mailbox_maps = static:all/
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
virtual_mailbox_limit = 0
"""
DOVECOT = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/dovecot.log
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
mail_location = maildir:{folder}/mail/all
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/home
}}
first_valid_uid = 1
service imap-login {{
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
"""


class Mailbox(NamedTuple):
    """Where letters go in by SMTP and come out by IMAP."""

    smtp: int
    imap: int

    def opened(self) -> imaplib.IMAP4:
        """A connection that is logged in."""
        connection = imaplib.IMAP4("127.0.0.1", self.imap, timeout=30)
        connection.login(USER, PASSWORD)
        return connection


@contextmanager
def mailbox() -> Iterator[Mailbox]:
    """A running pair; it must be started by root, else the test is skipped, or fails where CI=true."""
    postfix, dovecot = require("postfix", "postfix"), require("dovecot", "dovecot-imapd")
    if getattr(os, "geteuid", lambda: 1)() != 0:
        if os.environ.get("CI") == "true":
            pytest.fail("postfix and dovecot must be started by root")
        pytest.skip("postfix and dovecot must be started by root")
    folder = Path(tempfile.mkdtemp(prefix="mailsetup-mailbox-"))
    ports = Mailbox(free_port(), free_port())
    try:
        _configure(folder, ports)
        with (folder / "out").open("wb") as out:
            running = [
                subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT)
                for command in (
                    [postfix, "-c", str(folder / "etc"), "start-fg"],
                    [dovecot, "-F", "-c", str(folder / "dovecot.conf")],
                )
            ]
        try:
            _wait(ports.smtp, running[0], folder)
            _answers(ports, running[1], folder)
            yield ports
        finally:
            stop = [postfix, "-c", str(folder / "etc"), "stop"]
            subprocess.run(stop, check=False, capture_output=True, timeout=20)
            for process in running:
                process.terminate()
                process.wait(10)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _configure(folder: Path, ports: Mailbox) -> None:
    folder.chmod(0o755)
    for name in ("etc", "queue", "data", "log", "mail", "run", "state", "home"):
        (folder / name).mkdir(mode=0o755)
    nobody = pwd.getpwnam("nobody")
    for name in ("mail", "home"):
        os.chown(folder / name, nobody.pw_uid, nobody.pw_gid)
    values = {"folder": folder, "uid": nobody.pw_uid, "gid": nobody.pw_gid}
    main = MAIN.replace(
        "smtpd_relay_restrictions = reject", "smtpd_relay_restrictions = reject_unauth_destination"
    )
    text = main.format(folder=folder, level="none") + DELIVERS.format(**values)
    (folder / "etc" / "main.cf").write_text(text, encoding="utf-8")
    master = f"{MASTER}virtual unix - n n - - virtual\n127.0.0.1:{ports.smtp} inet n - n - - smtpd\n"
    (folder / "etc" / "master.cf").write_text(master, encoding="utf-8")
    conf = DOVECOT.format(**values, password=PASSWORD, port=ports.imap)
    (folder / "dovecot.conf").write_text(conf, encoding="utf-8")
    _own(folder)


def _answers(ports: Mailbox, process: subprocess.Popen[bytes], folder: Path) -> None:
    began = time.monotonic()
    while time.monotonic() - began < READY_WITHIN and process.poll() is None:
        try:
            ports.opened().logout()
            return
        except (OSError, imaplib.IMAP4.error):
            time.sleep(0.2)
    logs = [
        p.read_text(encoding="utf-8", errors="replace")[-2000:]
        for p in (folder / "dovecot.log", folder / "out")
        if p.exists()
    ]
    raise RuntimeError("dovecot was not ready:\n" + "\n".join(logs))
