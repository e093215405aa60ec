"""A batch that is stopped: what was done is whole, the rest is named, ``--resume`` goes on."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.edge.lying_server import LyingServer, honest, response, silent

from .command import GOOD_ZONE, mailsetup, zone

SLOW = [f"slow{n}.test" for n in range(6)]


def half_silent(query, tcp):  # type: ignore[no-untyped-def]
    """Answers nothing about the slow domains, and that nothing else exists."""
    name = query.question[0].name.to_text().lower()
    return silent(query, tcp) if name.endswith("test.") else response(query, rcode=3).to_wire()


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT for a child process")
def test_ctrl_c_leaves_what_is_done_whole_and_names_the_rest(tmp_path: Path) -> None:
    """
    The file holds whole lines, the sentence says what is left, and --resume judges just that.
    """
    path, place = zone(tmp_path), tmp_path / "out.jsonl"
    names = ["example.com", "a.example.com", *SLOW]
    with LyingServer(half_silent) as server:
        command = [sys.executable, "-m", "mailsetup", "audit", *names, "--zone", str(path), "-o", str(place)]
        command += ["--resolver", server.address, "--timeout", "30", "--selector", "s1", "--format", "jsonl"]
        run = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        deadline = time.monotonic() + 30
        while not any(name.startswith("slow") for name, _, _ in server.asked) and time.monotonic() < deadline:
            time.sleep(0.1)
        time.sleep(1.0)
        run.send_signal(signal.SIGINT)
        _, err = run.communicate(timeout=30)

    assert 130 == run.returncode, err
    assert "Traceback" not in err
    assert "slow0.test" in err and "--resume" in err
    done = [json.loads(line)["domain"] for line in place.read_text(encoding="utf-8").splitlines()]
    assert ["example.com", "a.example.com"] == done
    assert [] == [p.name for p in tmp_path.iterdir() if p.suffix == ".part"]

    again = mailsetup("audit", *names, "--zone", path, "--offline", "--resume", place)
    whole = [json.loads(line)["domain"] for line in place.read_text(encoding="utf-8").splitlines()]
    assert names == whole, again.err


def test_no_network_is_one_sentence_and_exit_code_three() -> None:
    """
    Nobody answers: nothing is known, so nothing is wrong, and it takes no more than seconds.
    """
    with LyingServer(silent) as server:
        start = time.monotonic()
        result = mailsetup("audit", "example.com", "--resolver", server.address)

    assert 3 == result.code
    assert 1 == len(result.err.splitlines())
    assert "no resolver answers" in result.err
    assert time.monotonic() - start < 8


def test_a_captive_resolver_gives_no_evidence(tmp_path: Path) -> None:
    """
    One that answers for names that cannot exist is marked, and what it "finds" is not found.
    """
    from tests.edge.lying_server import hijacking

    with LyingServer(hijacking("10.0.0.1")) as server:
        result = mailsetup("audit", "example.com", "--resolver", server.address, "--format", "json")
        doctor = mailsetup("doctor", "--resolver", server.address)

    assert 3 == result.code, result.out[:500]
    assert "cannot exist" in result.err + doctor.out
    report = json.loads(result.out)["reports"][0]
    assert [] == [v["check"] for v in report["verdicts"] if v["status"] == "fail"]


def test_questions_go_on_to_the_resolver_where_the_files_end(tmp_path: Path) -> None:
    """
    The zone is asked first, and what it does not hold is asked of the resolver.
    """
    text = GOOD_ZONE.replace("v=spf1 ip4", "v=spf1 include:elsewhere.example ip4")
    world = {
        ("elsewhere.example.", "TXT"): ['"v=spf1 ip4:93.184.218.1 -all"'],
        ("ns2.example.net.", "A"): ["93.184.219.1"],
    }
    with LyingServer(honest(world)) as server:
        result = mailsetup(
            "audit",
            "example.com",
            "--zone",
            zone(tmp_path, text),
            "--resolver",
            server.address,
            "--selector",
            "s1",
        )

    assert 0 == result.code, result.out
    assert ("elsewhere.example", "TXT", False) in {(n.rstrip("."), t, o) for n, t, o in server.asked}
