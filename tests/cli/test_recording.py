"""Whatever a command records replays byte for byte; a command that cannot record refuses to."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from tests.edge.lying_server import LyingServer, honest, response, saying

from .command import GOOD_ZONE, Result, mailsetup, refused, zone

LETTER = """\
From: Anna Lind <anna@example.com>
To: Bo <bo@example.net>
Subject: Your order
Message-ID: <{n}@example.com>

Hello Bo,

your order is on its way.
"""
WORLD = "--offline --zone example.com.zone --zone example.net.zone"


def world(folder: Path) -> None:
    """Two zones and two letters of one author."""
    zone(folder)
    zone(folder, GOOD_ZONE.replace("example.com", "example.net"), "example.net.zone")
    for n in (1, 2):
        (folder / f"{n}.eml").write_text(LETTER.format(n=n), encoding="utf-8")


def run(folder: Path, command: str) -> Result:
    return mailsetup(*command.split(), folder=folder)


@pytest.mark.parametrize("place", ["kept/", "kept.json"])
@pytest.mark.parametrize(
    "command",
    [
        "detect example.com example.net --format json",
        "plan example.com --provider google-workspace --format json",
        "plan example.com --provider google-workspace --format steps --quiet",
        "verify example.com --provider zoho-mail --sender mailchimp --format json",
        "audit example.com example.net --format csv",
        "audit example.com --deep --second-opinion --format csv",
        "spf check example.com --ip 192.0.2.1 --format json",
        "spf flatten example.com --format json",
        "blocklists example.com example.net --format json",
        "message 1.eml 2.eml --ip 192.0.2.1 --helo a.example.net --sender a@example.net --format json",
    ],
)
def test_what_is_recorded_replays_byte_for_byte(command: str, place: str, tmp_path: Path) -> None:
    """
    Also later, and whether into a folder or a file: time is the recording's, and every domain is in it.
    """
    world(tmp_path)
    live = run(tmp_path, f"{command} {WORLD} --record {place}")
    time.sleep(1.1 - time.time() % 1)  # another second has begun
    again = run(tmp_path, f"{command} --offline --from {place}")

    assert "mailsetup:" not in live.err
    assert live.out == again.out
    assert live.code == again.code


def test_a_recording_of_several_domains_has_each_for_itself(tmp_path: Path) -> None:
    """
    Each file holds what was asked for its own domain, and nothing of the others.
    """
    world(tmp_path)
    run(tmp_path, f"detect example.com example.net {WORLD} --record kept/")
    kept = {p.name: json.loads(p.read_text(encoding="utf-8")) for p in (tmp_path / "kept").iterdir()}

    assert {"example.com.json", "example.net.json"} == set(kept)
    assert "ns1.example.com" not in json.dumps(kept["example.net.json"])


@pytest.mark.parametrize("command", ["verify", "plan --format steps"])
def test_a_plan_that_is_looked_at_at_once_asks_nothing_twice(command: str) -> None:
    """
    The plan and the look at it share one source: also what is said of that source is said once.
    """
    with LyingServer(honest({("example.com", "TXT"): ['"v=spf1 -all"']})) as server:
        wanted = ("example.com", "--provider", "google-workspace", "--resolver", server.address)
        mailsetup(*command.split(), *wanted)
        asked = [(name, rdtype) for name, rdtype, _ in server.asked if "example.com" in name]

    assert ("example.com", "TXT") in asked
    assert sorted(set(asked)) == sorted(asked)


@pytest.mark.parametrize(
    ("command", "why"),
    [
        ("verify example.com --provider google-workspace --wait 1s", "--wait"),
        ("doctor", "doctor"),
        ("snapshot example.com --output other.json", "--output"),
    ],
)
def test_what_cannot_be_recorded_is_refused(command: str, why: str, tmp_path: Path) -> None:
    """
    One sentence before anything is asked, instead of a recording that never comes.
    """
    told = refused(run(tmp_path, f"{command} --resolver 127.0.0.1:9 --record kept.json"))

    assert "--record" in told
    assert why in told
    assert [] == list(tmp_path.iterdir())


def test_a_recording_of_silence_is_no_success(tmp_path: Path) -> None:
    """
    Committed, it would leave every later run open; how many answers are missing is said, and none at all is exit code 3.
    """
    place = tmp_path / "kept.json"
    with LyingServer(saying(2)) as server:
        nothing = mailsetup("snapshot", "example.com", "-o", place, "--resolver", server.address)
    with LyingServer(deaf_for_texts) as server:
        some = mailsetup("snapshot", "example.com", "-o", place, "--force", "--resolver", server.address)

    assert 3 == nothing.code, nothing.err
    assert "example.com: no question got a usable answer" in nothing.err
    assert 0 == some.code, some.err
    assert "got no usable answer" in some.err
    assert "written" in some.err


def deaf_for_texts(query, tcp):  # type: ignore[no-untyped-def]
    """Fails for TXT, and says of all else that nothing is there."""
    text = query.question[0].rdtype == 16
    return response(query, rcode=2 if text else 3).to_wire()


@pytest.mark.parametrize("ahead, told", [(-3600, False), (120, False), (3600, True), (400 * 86400, True)])
@pytest.mark.parametrize("command", ["audit", "detect", "plan --provider zoho-mail"])
def test_a_recording_from_the_future_is_told(command: str, ahead: int, *, told: bool, tmp_path: Path) -> None:
    """Clocks differ by minutes; more means that one of them is wrong, and so is whatever hangs on the time."""
    zone(tmp_path)
    assert run(tmp_path, "snapshot example.com --offline --zone example.com.zone -o a.json").code == 0
    kept = json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))
    then = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + ahead))
    (tmp_path / "a.json").write_text(json.dumps({**kept, "as_of": then}), encoding="utf-8")
    name, *more = command.split()
    said = run(tmp_path, f"{name} example.com {' '.join(more)} --offline --from a.json").err

    assert told == (f"the recording of example.com is dated {then}, which is still to come" in said)
