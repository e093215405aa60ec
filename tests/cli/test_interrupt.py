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

from mailsetup.edge.files import READ_LIMIT
from tests.edge.lying_server import LyingServer, honest, response, silent

from .command import GOOD_ZONE, mailsetup, refused, zone

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


def batch_of(folder: Path, count: int) -> tuple[list[str], Path]:
    """Names below example.com with records of their own, and their zone."""
    records = "".join(f'd{n} IN MX 10 mail\nd{n} IN TXT "v=spf1 mx -all"\n' for n in range(count))
    return [f"d{n}.example.com" for n in range(count)], zone(folder, GOOD_ZONE + records)


@pytest.mark.parametrize("last", ["list", "json", "csv", "other"])
def test_a_file_that_is_no_output_is_refused_and_stays(last: str, tmp_path: Path) -> None:
    """
    One line that is no report is not a report cut short: going on would replace the file.
    """
    text = {
        "list": "example.com\n",
        "json": '{\n"schema": "mailsetup/audit/1"}',
        "csv": "domain,grade",
        "other": '{"domain": "example.com"}\n',
    }[last]
    place = tmp_path / "mine.txt"
    place.write_text(text, encoding="utf-8")
    told = refused(
        mailsetup("audit", "example.com", "--offline", "--zone", zone(tmp_path), "--resume", place)
    )

    assert "line 1: not a report" in told
    assert text == place.read_text(encoding="utf-8")


def test_a_batch_longer_than_any_other_file_may_be_goes_on(tmp_path: Path) -> None:
    """
    Two thousand domains are 80 MB of lines, and more than memory should hold: they are gone through, not loaded.
    """
    names, path = batch_of(tmp_path, 3)
    place = tmp_path / "out.jsonl"
    mailsetup("audit", *names[:2], "--offline", "--zone", path, "-o", place)
    one, two = place.read_bytes().splitlines(keepends=True)
    times = READ_LIMIT // len(one) + 2
    with place.open("wb") as file:
        for _ in range(times):
            file.write(one)
        file.write(two)
    result = mailsetup("audit", *names, "--offline", "--zone", path, "--resume", place)

    assert "2 domains are done already, 1 to go" in result.err
    with place.open("rb") as file:
        assert times + 2 == sum(1 for _ in file)


def test_only_a_line_feed_ends_a_line(tmp_path: Path) -> None:
    """
    What Unicode calls a line's end may stand in a record, and a cut may fall inside a character.
    """
    names, path = batch_of(tmp_path, 3)
    place = tmp_path / "out.jsonl"
    mailsetup("audit", *names[:2], "--offline", "--zone", path, "-o", place)
    first, second = place.read_bytes().splitlines(keepends=True)
    odd = first.replace(b'"grade":', '"said":"\u2028\u0085",'.encode() + b'"grade":', 1)
    place.write_bytes(odd + second[: len(second) // 2] + "é".encode()[:1])
    mailsetup("audit", *names, "--offline", "--zone", path, "--resume", place)

    lines = place.read_bytes().split(b"\n")
    assert [*names, ""] == [json.loads(line)["domain"] if line else "" for line in lines]
    assert odd.rstrip(b"\n") == lines[0]


def stopped(
    command: list[str], folder: Path, after: float, *, times: int = 1, number: int = signal.SIGINT
) -> tuple[int, str]:
    """A run that is asked to stop some time after its file has begun; its exit code and what it said."""
    run = subprocess.Popen(
        [sys.executable, "-m", "mailsetup", "audit", *command],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    deadline = time.monotonic() + 30
    while not list(folder.glob(".out.*.part")) and time.monotonic() < deadline and run.poll() is None:
        time.sleep(0.01)
    time.sleep(after)
    for _ in range(times):
        run.send_signal(number)
        time.sleep(0.01)
    _, err = run.communicate(timeout=60)
    return run.returncode, err


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT for a child process")
def test_going_on_and_stopping_at_once_loses_nothing_that_was_done(tmp_path: Path) -> None:
    """
    Stopped while the earlier lines are copied, the file still has all of them.
    """
    names, path = batch_of(tmp_path, 700)
    place = tmp_path / "out.jsonl"
    mailsetup("audit", *names[:500], "--offline", "--zone", path, "-o", place)
    before = place.read_bytes()
    code, err = stopped([*names, "--offline", "--zone", path.name, "--resume", place.name], tmp_path, 0.0)

    assert place.read_bytes().startswith(before), err
    assert place.read_bytes().endswith(b"\n")
    assert 130 == code, err


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT for a child process")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_document_that_is_stopped_is_finished(number: int, tmp_path: Path) -> None:
    """
    JSON, too, holds what was judged and ends where it must; a time-out of a pipeline is a stop like Ctrl-C.
    """
    names = ["example.com", "a.example.com", *SLOW]
    with LyingServer(half_silent) as server:
        world = [
            "--zone",
            str(zone(tmp_path)),
            "--resolver",
            server.address,
            "--timeout",
            "30",
            "--selector",
            "s1",
        ]
        code, err = stopped([*names, *world, "-o", "out.json"], tmp_path, 3.0, number=number)

    assert 128 + number == code, err
    document = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    assert names[:2] == [report["domain"] for report in document["reports"]]
    assert "slow0.test" in err
    assert [] == list(tmp_path.glob("*.part"))


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT for a child process")
def test_an_index_that_was_stopped_has_as_many_domains_as_it_says(tmp_path: Path) -> None:
    """
    The first sentence counts what is in the file, the last what is left.
    """
    names = ["example.com", "a.example.com", *SLOW]
    with LyingServer(half_silent) as server:
        world = ["--zone", str(zone(tmp_path)), "--resolver", server.address, "--timeout", "30"]
        _, err = stopped([*names, *world, "--selector", "s1", "-o", "out.html"], tmp_path, 3.0)

    rows = (tmp_path / "out.html").read_text(encoding="utf-8").count('<tr role="row" data-grade')
    assert f"out.html is an index of {rows} domains" in err
    assert f"{rows} of {len(names)} judged" in err
