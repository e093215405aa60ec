"""The command line as a user starts it: a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

from .ready import Ready

GOOD_ZONE = """\
$ORIGIN example.com.
$TTL 3600
@ IN SOA ns1 hostmaster 1 7200 3600 1209600 3600
@ IN NS ns1
@ IN NS ns2.example.net.
ns1 IN A 93.184.215.1
@ IN MX 10 mail
@ IN MX 20 mail2
mail IN A 93.184.216.34
mail IN AAAA 2606:2800:21f:cb07:6820:80da:af6b:8b2c
mail2 IN A 93.184.217.34
mail2 IN AAAA 2606:2800:21f:cb08:6820:80da:af6b:8b2c
@ IN TXT "v=spf1 ip4:93.184.216.34 ip4:93.184.217.34 -all"
_dmarc IN TXT "v=DMARC1; p=quarantine; rua=mailto:dmarc@example.com"
s1._domainkey IN TXT ( "v=DKIM1; k=rsa; p=MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAydAKYx8DaTOsb+pVwEfRFis1i51JRcWMULTifB"
  "M93ia9U6xmcHrwOBS4jJPmvSLxbcIWCYZ1Cb0xmIHwWa3RMnT9+Oe8y7rBphOESvzsFsthiGbhCW2DAkpCRjNR1K1wg0Nyjr2h2X"
  "7FmbhLLPP81m9erQjHtGQCHJhs/1m9dsiPCUtllvWNHmyijqumU7srOBaaxbhis+yimwDDQVEWnZ6hqR80CFxCZTW34jrixASUGL"
  "c92PKdmG+hcPOcN8InlRYk/ZmiuSEIkms/5cG/acX5XagsDxlaAjPXt3VhEE7VdAgXy2qsr/V+X97cCNxZU2Jukd3Xd4FwEXtwzZ"
  "TfnQIDAQAB" )
"""
BAD_ZONE = GOOD_ZONE.replace("-all", "+all")


class Result(NamedTuple):
    """What a run printed and how it ended."""

    code: int
    out: str
    err: str


TIMEOUT = 120.0  # seconds
# A test in this process may have spoken another language, which the environment then names.
USUAL = {"LANGUAGE": "", "NO_COLOR": "1", "PYTHONIOENCODING": "utf-8"}
NOT_OURS = ("PYTEST_CURRENT_TEST", "MAILSETUP_")  # what names of variables begin with that no run is to see


def mailsetup(*arguments: str | Path, folder: Path | None = None, **environment: str) -> Result:
    """
    Runs the command line in a folder, as a process of its own.

    It is a copy of one that has everything imported; with an environment of its own it is started afresh.
    """
    words = list(map(str, arguments))
    outside = {name: value for name, value in os.environ.items() if not name.startswith(NOT_OURS)}
    env = {**outside, **USUAL, **environment}
    ready = None if environment else _ready(env)
    code, out, err = ready.run(words, folder or Path.cwd(), TIMEOUT) if ready else _afresh(words, folder, env)
    return Result(code, _text(out), _text(err))


def _afresh(words: list[str], folder: Path | None, env: dict[str, str]) -> tuple[int, bytes, bytes]:
    command = [sys.executable, "-m", "mailsetup", *words]
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, timeout=TIMEOUT, check=False)
    return done.returncode, done.stdout, done.stderr


_started: list[Ready] = []


def _ready(env: dict[str, str]) -> Ready | None:
    """The process to copy, unless a test has changed the environment since, or copies are not safe (macOS) or not there."""
    if sys.platform != "linux":
        return None
    if not _started:
        _started.append(Ready(env))
    return _started[0] if _started[0].environment == env else None


def _text(octets: bytes) -> str:
    return octets.decode("utf-8").replace("\r\n", "\n").replace("\r", "\n")


def zone(folder: Path, text: str = GOOD_ZONE, name: str = "example.com.zone") -> Path:
    """A zone file to audit."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def refused(result: Result) -> str:
    """The one sentence of a refusal; fails when there is a traceback or more than one line."""
    lines: list[Any] = [line for line in result.err.splitlines() if line]

    assert result.code == 2, result
    assert "Traceback" not in result.err
    assert len(lines) == 1, result.err
    return str(lines[0])
