"""The benchmark runs, its forwarder delays and counts, and its world is the same every time."""

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.corpora import corpus
from tests.servers import nsd, require
from tests.servers.process import free_port

BENCH = Path(__file__).resolve().parents[2] / "bench"
ZONE = "$TTL 60\n@ SOA ns h 1 2 3 4 5\n@ NS ns\nns A 192.0.2.1\nbig TXT " + " ".join(
    ['"' + "x" * 200 + '"'] * 20
)

pytestmark = [pytest.mark.real, pytest.mark.slow]


@pytest.fixture
def world(monkeypatch):
    """The benchmark's world builder."""
    monkeypatch.syspath_prepend(str(BENCH))
    import world

    return world


def test_the_forwarder_delays_and_counts(tmp_path):
    """Every answer comes later by the time given, by UDP and by TCP; each question is counted once."""
    compiler = require("cc", "gcc libc6-dev")
    program, stats, port = tmp_path / "delay", tmp_path / "stats.json", free_port()
    subprocess.run([compiler, "-O2", "-o", str(program), str(BENCH / "delay.c"), "-pthread"], check=True)

    with nsd({"example.com": ZONE}, tmp_path) as server:
        command = [str(program), "127.0.0.1", str(port), server.address, str(server.port), "50", str(stats)]
        process = subprocess.Popen(command)
        own, server.port = server.port, port
        try:
            server.wait("example.com")
            began = time.perf_counter()
            assert server.query("ns.example.com").answer
            once = time.perf_counter() - began
            assert len(server.query("big.example.com", "TXT").answer[0][0].strings) == 20
            thrice = time.perf_counter() - began
        finally:
            server.port = own
            process.terminate()
            process.wait()

    assert once >= 0.05
    assert thrice >= 0.15
    counted = json.loads(stats.read_text(encoding="utf-8"))
    assert (counted["distinct"], counted["streams"], counted["lost"]) == (3, 1, 0)


def test_the_world_is_the_same_every_time(world):
    """A fixed seed, so that runs of different days can be compared."""
    records = corpus("dns-real")

    one, two = world.build(records, 50), world.build(records, 50)

    assert one == two
    assert len(set(one.domains)) == 50
    assert world.without_nested_includes(one)


def test_the_benchmark_runs(tmp_path):
    """Small numbers, every server, one figure of each kind."""
    corpus("dns-real")
    require("nsd", "nsd")
    require("cc", "gcc libc6-dev")
    target = tmp_path / "results.json"
    figures = [part for name in ("carry", "one", "delayed") for part in ("--only", name)]
    command = [sys.executable, str(BENCH / "run.py"), "--quick", *figures, "--output", str(target)]

    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    results = json.loads(target.read_text(encoding="utf-8"))
    assert results["carry"]["through the forwarder, answers/s"]["median"] > 5_000
    assert results["one"]["ms above (chain + 1) x 20 ms"]["median"] < 500
    assert results["delayed"]["default, times checkdmarc"]["median"] > 1


def test_the_whole_world_of_the_benchmark_is_judged_without_a_crash(world, tmp_path):
    """A thousand real records of each kind, as they would be asked for, by two processes."""
    made = world.build(corpus("dns-real"), 1000)
    listed, results = tmp_path / "domains.txt", tmp_path / "results.jsonl"
    listed.write_text("\n".join(made.domains), encoding="utf-8")
    zones = {}
    for i, (name, text) in enumerate(made.zones.items()):
        zones[name] = tmp_path / f"{i}.zone"
        zones[name].write_text(text, encoding="utf-8")
    options = ["--domains", str(listed), "--format", "jsonl", "--output", str(results), "--workers", "2"]
    with nsd(zones, tmp_path, options="tcp-timeout: 10\n  tcp-query-count: 0") as server:
        done = subprocess.run(
            [sys.executable, "-m", "mailsetup", "audit", *options, "--resolver", server.resolver],
            capture_output=True,
            text=True,
            check=False,
        )

    assert done.returncode == 1, done.stderr
    reports = [json.loads(line) for line in results.read_text(encoding="utf-8").splitlines()]
    assert [report["domain"] for report in reports] == list(made.domains)
    assert "crashed" not in {v["status"] for r in reports for v in r["verdicts"]}
