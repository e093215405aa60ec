"""Thunderbird on a screen of its own: a throw-away profile with a dummy account and no way to any network."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from .process import require

SHOWN_WITHIN = 90.0  # seconds; a first start takes about ten on an idle machine
STEADY = 4.0  # seconds within which a window that is there gets its content
SCREEN = (1000, 1400)

# One account at a server that is not there, one identity; start pages, questions, updates and reports off, and every
# connection through a proxy that is not there.
PREFERENCES: Mapping[str, object] = {
    "mail.accountmanager.accounts": "account1,account2",
    "mail.accountmanager.defaultaccount": "account1",
    "mail.accountmanager.localfoldersserver": "server2",
    "mail.account.account1.server": "server1",
    "mail.account.account1.identities": "id1",
    "mail.account.account2.server": "server2",
    "mail.server.server1.type": "pop3",
    "mail.server.server1.hostname": "127.0.0.1",
    "mail.server.server1.port": 9,
    "mail.server.server1.userName": "anna",
    "mail.server.server1.name": "anna@fern.example",
    "mail.server.server1.login_at_startup": False,
    "mail.server.server1.check_new_mail": False,
    "mail.server.server2.type": "none",
    "mail.server.server2.hostname": "Local Folders",
    "mail.server.server2.userName": "nobody",
    "mail.server.server2.name": "Local Folders",
    "mail.identity.id1.valid": True,
    "mail.identity.id1.fullName": "Anna Ozola",
    "mail.identity.id1.useremail": "anna@fern.example",
    "mail.identity.id1.smtpServer": "smtp1",
    "mail.identity.id1.compose_html": True,
    "mail.smtpservers": "smtp1",
    "mail.smtp.defaultserver": "smtp1",
    "mail.smtpserver.smtp1.hostname": "127.0.0.1",
    "mail.smtpserver.smtp1.port": 9,
    "mail.provider.suppress_dialog_on_startup": True,
    "mail.rights.version": 1,
    "mail.shell.checkDefaultClient": False,
    "mail.spotlight.firstRunDone": True,
    "mail.winsearch.firstRunDone": True,
    "mailnews.start_page.enabled": False,
    "app.donation.eoy.version.viewed": 999,
    "app.update.enabled": False,
    "extensions.update.enabled": False,
    "datareporting.healthreport.uploadEnabled": False,
    "datareporting.policy.dataSubmissionPolicyBypassNotification": True,
    "toolkit.telemetry.enabled": False,
    "network.proxy.type": 1,
    "network.proxy.http": "127.0.0.1",
    "network.proxy.http_port": 9,
    "network.proxy.ssl": "127.0.0.1",
    "network.proxy.ssl_port": 9,
}


class Screen:
    """A running Thunderbird: the titles of its windows, and a picture of all."""

    def __init__(self, display: str, process: subprocess.Popen[bytes], log: Path) -> None:
        self.display, self.process, self.log = display, process, log

    def titles(self) -> list[str]:
        """What stands in the title bars, in no order."""
        environment = {**os.environ, "DISPLAY": self.display}
        command = [require("xdotool", "xdotool"), "search", "--onlyvisible", "--name", "."]
        found = subprocess.run(command, env=environment, capture_output=True, text=True, check=False).stdout
        names = (
            subprocess.run(
                [command[0], "getwindowname", window],
                env=environment,
                capture_output=True,
                text=True,
                check=False,
            ).stdout.strip()
            for window in found.split()
        )
        return [name for name in names if name]

    def wait(self, title: str) -> list[str]:
        """Until a window's title holds a text; all titles then. Raises with the program's log."""
        began = time.monotonic()
        seen: list[str] = []
        while time.monotonic() - began < SHOWN_WITHIN and self.process.poll() is None:
            seen = self.titles()
            if any(title in name for name in seen):
                return seen
            time.sleep(0.3)
        said = self.log.read_text(encoding="utf-8", errors="replace")[-1500:]
        raise AssertionError(f"no window is called {title!r}, only {seen}:\n{said}")

    def picture(self) -> Any:
        """The screen as it is."""
        from PIL import ImageGrab

        return ImageGrab.grab(xdisplay=self.display).convert("RGB")

    def pixels(self, color: str, least: int) -> int:
        """How many points of the screen have a colour, once there are at least so many or time is up."""
        wanted = tuple(int(color[at : at + 2], 16) for at in (1, 3, 5))
        began = time.monotonic()
        while True:
            counted = self.picture().getcolors(SCREEN[0] * SCREEN[1]) or []
            many = next((count for count, point in counted if point == wanted), 0)
            if many >= least or time.monotonic() - began > STEADY * 4:
                return many
            time.sleep(0.5)


@contextmanager
def thunderbird(folder: Path, *arguments: str, **preferences: object) -> Iterator[Screen]:
    """Thunderbird with those arguments; ``preferences`` are names with ``__`` for a dot."""
    program, server = require("thunderbird", "thunderbird"), require("Xvfb", "xvfb")
    require("xdotool", "xdotool")
    profile = folder / "profile"
    profile.mkdir(parents=True)
    wanted = {**PREFERENCES, **{name.replace("__", "."): value for name, value in preferences.items()}}
    lines = (f"user_pref({_js(name)}, {_js(value)});\n" for name, value in wanted.items())
    (profile / "user.js").write_text("".join(lines), encoding="utf-8")
    with _display(server) as display, (folder / "log").open("wb") as log:
        environment = {
            **os.environ,
            "DISPLAY": display,
            "HOME": str(folder),
            "MOZ_CRASHREPORTER_DISABLE": "1",
        }
        command = [program, "--profile", str(profile), "--no-remote", "--new-instance", *arguments]
        process = subprocess.Popen(
            command, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
        )
        try:
            yield Screen(display, process, folder / "log")
        finally:
            _end(process)


def _js(value: object) -> str:
    import json

    return json.dumps(value)


@contextmanager
def _display(server: str) -> Iterator[str]:
    """A screen that nobody sees, at a number that is free."""
    read, write = os.pipe()
    size = f"{SCREEN[0]}x{SCREEN[1]}x24"
    command = [server, "-displayfd", str(write), "-screen", "0", size, "-nolisten", "tcp"]
    process = subprocess.Popen(
        command, pass_fds=(write,), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    os.close(write)
    try:
        with os.fdopen(read, encoding="ascii") as said:
            yield f":{said.readline().strip()}"
    finally:
        process.terminate()
        process.wait(10)


def _end(process: subprocess.Popen[bytes]) -> None:
    """The program and all that it started."""
    for end in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, end)
            process.wait(10)
        except (ProcessLookupError, subprocess.TimeoutExpired):
            continue
        return
