"""Several processes say what one says, whether they are copies of the first or start afresh."""

from __future__ import annotations

import heapq
import subprocess
import sys
from pathlib import Path

import pytest

from mailsetup.run.batch import Batch, BatchOptions
from mailsetup.run.sources import SourceSettings
from mailsetup.run.workers import AHEAD, BLOCK, BUSY, FEW, Deal

ZONE = """$ORIGIN {name}.
$TTL 3600
@ SOA ns1 hostmaster 1 7200 3600 1209600 300
@ NS ns1
@ MX 10 mail
@ TXT "v=spf1 mx ip4:192.0.2.{i} -all"
ns1 A 192.0.2.1
mail A 192.0.2.2
"""
SUBS = tuple(f"h{i}" for i in range(20))
SCRIPT = """
import sys, threading
from mailsetup.run.batch import Batch, BatchOptions
from mailsetup.run.sources import SourceSettings
from mailsetup.run.workers import forks

def main(workers, thread, folder):
    if thread:
        threading.Thread(target=threading.Event().wait, daemon=True).start()
    sources = SourceSettings(zones=(f"{folder}/all.zone",), offline=True)
    options = BatchOptions(list_file=f"{folder}/names.txt", workers=int(workers), encoded=True)
    with Batch(sources, options) as batch:
        text = b"".join(batch.lines()).decode()
    print(forks(), batch.exit_code)
    sys.stdout.write(text)

if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2] == "thread", sys.argv[3])
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A list of forty domains and one file with their zones."""
    path = tmp_path_factory.mktemp("workers")
    names = [f"d{i}.example" for i in range(40)]
    zones = [ZONE.format(name=name, i=i) for i, name in enumerate(names)]
    (path / "all.zone").write_text("".join(zones), encoding="utf-8")
    (path / "names.txt").write_text("\n".join(names) + "\n", encoding="utf-8")
    (path / "batch.py").write_text(SCRIPT, encoding="utf-8")
    return path


def said(folder: Path, workers: int, thread: str) -> tuple[str, str]:
    command = [sys.executable, str(folder / "batch.py"), str(workers), thread, str(folder)]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=True)
    first, _, text = done.stdout.partition("\n")
    return first, text


def test_two_workers_say_what_one_process_says(folder: Path) -> None:
    """The same lines in the same order, and the same exit code."""
    alone, text = said(folder, 1, "")
    first, copied = said(folder, 2, "")

    assert 40 == len(text.splitlines())
    assert text == copied
    assert alone.split()[1] == first.split()[1]


def test_beside_another_thread_workers_start_afresh(folder: Path) -> None:
    """A copy of a process with threads may hang for ever: then none is made, and the lines are the same."""
    first, afresh = said(folder, 2, "thread")

    assert "False" == first.split()[0]
    assert said(folder, 1, "")[1] == afresh


@pytest.mark.parametrize("rate, workers", [(None, 8), (1000.0, 8), (50.0, 5), (8.0, 1), (0.5, 1)])
def test_a_slow_pace_is_kept_by_few(rate: float | None, workers: int) -> None:
    """Split among eight, two questions a second let nobody ask within the time of the probe: no resolver would answer."""
    sources = SourceSettings(resolvers=("192.0.2.1",), rate=rate)

    assert workers == Batch(sources, BatchOptions(typed=("example.com",), subdomains=SUBS, workers=8)).workers


def ended(busy: float, *, wave: int, blocks: int) -> tuple[list[float], list[int], set[int]]:
    """
    When each of two workers has nothing left, the most blocks it held after the first wave, what was done.

    One is a quarter faster; both give back what they hold a ``wave`` of blocks at a time.
    """
    deal = Deal([f"d{i}.example" for i in range(blocks * BLOCK)], 2)
    held: list[list[int]] = [[], []]
    for worker, number, _ in deal.first():
        held[worker].append(number)
    pace, done, most, ends = (1.0, 1.25), set[int](), [0, 0], [0.0, 0.0]
    turns = [(pace[w] * min(wave, len(held[w])), w) for w in (0, 1) if held[w]]
    heapq.heapify(turns)
    while turns:
        now, worker = heapq.heappop(turns)
        ends[worker] = now
        back, held[worker] = held[worker][:wave], held[worker][wave:]
        for number in back:
            assert number not in done
            done.add(number)
            held[worker] += [given for given, _ in deal.after(worker, busy)]
        most[worker] = max(most[worker], len(held[worker]))
        if held[worker]:
            heapq.heappush(turns, (now + pace[worker] * min(wave, len(held[worker])), worker))
    return ends, most, done


@pytest.mark.parametrize("wave", [1, 5, 12])
@pytest.mark.parametrize("blocks", [150, 250, 251, 1000])
def test_busy_workers_end_together(wave: int, blocks: int) -> None:
    """The last has no more to do alone than it holds at the end; what each does is done once."""
    ends, _, done = ended(0.95, wave=wave, blocks=blocks)

    assert done == set(range(blocks))
    assert abs(ends[0] - ends[1]) <= (FEW + 1) * 1.25


@pytest.mark.parametrize("blocks", [1, 2, 7, 50, 250])
def test_workers_that_wait_for_answers_keep_all_in_flight(blocks: int) -> None:
    """Where the network is what takes long, fewer in flight at the end would only take longer."""
    _, most, done = ended(BUSY / 2, wave=1, blocks=blocks)

    assert done == set(range(blocks))
    if blocks > 3 * AHEAD:
        assert most == [AHEAD, AHEAD]
