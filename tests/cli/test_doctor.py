"""``mailsetup doctor``: what works from here, told apart from what cannot be told."""

from __future__ import annotations

import asyncio
import re
import time
from pathlib import Path

import pytest

from mailsetup.edge.dns.addresses import parse_address
from mailsetup.edge.dns.clock import root_span
from mailsetup.run.doctor import judge_clock
from tests.cli.command import mailsetup, refused
from tests.edge.lying_server import LyingServer, honest
from tests.servers.bind import bind, signed


@pytest.mark.parametrize(("now", "state"), [(50, "bad"), (150, "ok"), (250, "bad")])
def test_a_clock_outside_the_roots_signatures_is_wrong(now: float, state: str) -> None:
    """
    Before the inception it is slow, after the expiration fast.
    """
    assert state == judge_clock(now, 100, 200).state


@pytest.mark.real
def test_the_span_is_read_from_a_signed_root(tmp_path: Path) -> None:
    """
    A real signed root shows from when to when its signatures hold, and now lies between.
    """
    root = "$TTL 300\n. SOA ns. h. 1 3600 900 86400 300\n. NS ns.\nns. A 127.0.0.1\n"
    zones = signed({".": root}, tmp_path)
    with bind(zones.zones, tmp_path, options=zones.options) as server:
        span = asyncio.run(root_span(parse_address(server.resolver)))

    assert span is not None
    assert "ok" == judge_clock(time.time(), *span).state


def test_a_resolver_without_signatures_tells_no_time() -> None:
    """
    What cannot be told is unknown, neither good nor bad.
    """
    with LyingServer(honest({})) as server:
        result = mailsetup("doctor", "--resolver", server.address)

    assert 0 == result.code, result.out
    lines = dict(re.findall(r"^\S+(?: known)? +(.+?): (.*)$", result.out, re.MULTILINE))
    assert "nothing tells the time" in lines["clock"]
    assert "blocked from here" in lines["port 25"]
    assert "answers in" in lines[f"resolver {server.address}"]


def test_every_language_has_its_column() -> None:
    """
    The longest of the words sets the width, so that all subjects begin at one place.
    """
    lines = mailsetup("doctor", "--offline", "--lang", "ru").out.splitlines()
    begins = {line.find(" mailsetup: ") for line in lines} | {line.find(" сеть: ") for line in lines}

    assert 1 == len(begins - {-1}), lines


def test_authorities_that_cannot_be_read_are_told() -> None:
    """
    Doctor calls the file bad; an encrypted resolver, which nobody could trust, is refused with the reason.
    """
    lines = mailsetup("doctor", "--offline", SSL_CERT_FILE="gone.pem").out.splitlines()
    encrypted = mailsetup("audit", "example.com", "--resolver", "tls://192.0.2.1", SSL_CERT_FILE="gone.pem")

    assert [["bad", "SSL_CERT_FILE:", "SSL_CERT_FILE", "names", "gone.pem"]] == [
        line.partition(",")[0].split() for line in lines if "SSL_CERT_FILE" in line
    ]
    assert "SSL_CERT_FILE names gone.pem, which cannot be used" in refused(encrypted)
