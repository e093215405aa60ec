"""Several processes ask no question twice: who has asked tells the others, whatever the answer is."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import dns.message
import dns.rdatatype
import dns.rrset
import pytest

from tests.cli.command import mailsetup
from tests.edge.lying_server import LyingServer, Manner, name_of, response

COUNT = 40
PATIENTLY = (
    "--timeout",
    "20",
    "--concurrency",
    "2",
)  # the server is no fast one, and its socket holds little
SHARED = {
    ("mx1.host.test.", "A"): ["93.184.216.1"],
    ("mx1.host.test.", "AAAA"): ["2606:2800:220:1::1"],
    ("mx2.host.test.", "CNAME"): ["mx3.host.test."],
    ("mx3.host.test.", "CNAME"): ["mx1.host.test."],
    ("round1.host.test.", "CNAME"): ["round2.host.test."],
    ("round2.host.test.", "CNAME"): ["round1.host.test."],
    ("_spf.host.test.", "TXT"): ['"v=spf1 include:_alias.host.test include:_gone.host.test ~all"'],
    ("_alias.host.test.", "CNAME"): ["_deep.host.test."],
    ("_deep.host.test.", "TXT"): ['"v=spf1 ip4:93.184.216.0/24 a:mx2.host.test ~all"'],
    ("ns1.host.test.", "A"): ["93.184.217.1"],
    ("ns2.host.test.", "A"): ["93.184.218.1"],
    ("_dmarc.example.", "TXT"): ['"v=DMARC1; p=none; psd=y"'],
}


def domains() -> list[str]:
    return [f"d{i}.example" for i in range(COUNT)]


def world() -> dict[tuple[str, str], list[str]]:
    """Forty domains with the same mail hosts, aliases that lead there, a circle, and one another's records."""
    zone = dict(SHARED)
    names = domains()
    for i, name in enumerate(names):
        other = names[(i * 7 + 3) % COUNT]
        zone[f"{name}.", "SOA"] = ["ns1.host.test. h.host.test. 1 7200 3600 1209600 300"]
        zone[f"{name}.", "NS"] = ["ns1.host.test.", "ns2.host.test."]
        zone[f"{name}.", "MX"] = [f"10 mx{1 + i % 2}.host.test.", f"20 mail.{other}."]
        if i % 5 == 0:
            zone[f"{name}.", "MX"].append(f"30 round{1 + i % 2}.host.test.")
        zone[f"mail.{name}.", "A"] = [f"93.184.219.{i + 1}"]
        zone[f"{name}.", "TXT"] = [f'"v=spf1 include:_spf.host.test include:{other} mx -all"']
        zone[f"_dmarc.{name}.", "TXT"] = [f'"v=DMARC1; p=none; rua=mailto:d@{other}"']
    return zone


def step_by_step(zone: dict[tuple[str, str], list[str]]) -> Manner:
    """A server that follows no alias, so that the asker has to."""

    def manner(query: dns.message.Message, tcp: bool) -> bytes:
        name, rdtype = name_of(query), dns.rdatatype.to_text(query.question[0].rdtype)
        held = rdtype if (name, rdtype) in zone else "CNAME"
        records = [f"{name} 300 IN {held} {data}" for data in zone.get((name, held), ())]
        known = any(owner == name or owner.endswith("." + name) for owner, _ in zone)
        message = response(query, *records, rcode=0 if known else 3)
        if not records:
            soa = dns.rrset.from_text("test.", 900, "IN", "SOA", "ns.test. h.test. 1 2 3 4 60")
            message.authority.append(soa)
        return message.to_wire(max_size=65535)

    return manner


@pytest.fixture(scope="module")
def listed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("shared") / "domains.txt"
    path.write_text("\n".join(domains()) + "\n", encoding="utf-8")
    return path


def judged(
    listed: Path, manner: Manner, *options: str
) -> tuple[list[dict[str, Any]], Counter[tuple[str, str]]]:
    """What is said of each domain, without times, and how often each question was asked, but for the probe's."""
    with LyingServer(manner) as server:
        result = mailsetup(
            "audit",
            "--domains",
            listed,
            "--format",
            "jsonl",
            "--resolver",
            server.address,
            *PATIENTLY,
            *options,
        )
    assert result.code in (0, 1, 3), result.err
    reports = [json.loads(line) for line in result.out.splitlines()]
    for report in reports:
        assert report.pop("as_of")
    text = json.dumps(reports).replace(server.address, "SERVER")
    return json.loads(text), Counter((name, rdtype) for name, rdtype, _ in server.asked)


def twice(asked: Counter[tuple[str, str]]) -> dict[tuple[str, str], int]:
    return {question: times for question, times in asked.items() if times > 1}


@pytest.mark.parametrize("workers", [2, 4])
def test_no_question_is_asked_twice(listed: Path, workers: int) -> None:
    """Shared parents, hosts and include targets count once; so do those that one of the others is audited for."""
    alone, asked_alone = judged(listed, step_by_step(world()), "--workers", "1")
    together, asked = judged(listed, step_by_step(world()), "--workers", str(workers))

    assert {} == twice(asked_alone)
    assert {} == twice(asked)
    assert alone == together


AFRESH = """
import sys, threading
from mailsetup.run.batch import Batch, BatchOptions
from mailsetup.run.sources import SourceSettings
from mailsetup.run.workers import forks

if __name__ == "__main__":
    threading.Thread(target=threading.Event().wait, daemon=True).start()
    _, resolver, listed, workers = sys.argv
    options = BatchOptions(list_file=listed, workers=int(workers), encoded=True, concurrency=2)
    with Batch(SourceSettings(resolvers=(resolver,), timeout=20.0), options) as batch:
        text = b"".join(batch.lines()).decode()
    assert not forks()
    sys.stdout.write(text)
"""


def test_workers_that_start_afresh_share_too(listed: Path) -> None:
    """Where no process can be copied the table and the sockets are handed to each."""
    script = listed.with_name("afresh.py")
    script.write_text(AFRESH, encoding="utf-8")
    said = []
    for workers in (1, 3):
        with LyingServer(step_by_step(world())) as server:
            command = [sys.executable, str(script), server.address, str(listed), str(workers)]
            done = subprocess.run(command, capture_output=True, encoding="utf-8", check=True)
            asked = Counter((name, rdtype) for name, rdtype, _ in server.asked)
        assert "" == done.stderr
        assert {} == twice(asked)
        reports = [json.loads(line.replace(server.address, "SERVER")) for line in done.stdout.splitlines()]
        said.append([{**report, "as_of": ""} for report in reports])
    assert COUNT == len(said[0])
    assert said[0] == said[1]
