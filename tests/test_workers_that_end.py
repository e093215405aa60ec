"""A worker or the first process that is ended from outside: nobody waits for ever, nothing is left behind, no wrong end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.cli.command import zone

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks at processes in /proc")

NAMES = 700  # more than two workers are given at first
SCRIPT = """
import os, signal, sys, time
from contextlib import suppress
from pathlib import Path
from mailsetup.run.batch import Batch, BatchOptions
from mailsetup.run.sources import SourceSettings

def main(what, folder):
    sources = SourceSettings(zones=(f"{folder}/example.com.zone",), offline=True)
    options = BatchOptions(list_file=f"{folder}/names.txt", workers=2, encoded=True, subject="mx")
    with Batch(sources, options) as batch:
        pool = batch._pool(encoded=True)
        children = [process.pid for process in pool._processes]
        next(pool)
        print(*children, flush=True)
        if what == "wait":
            time.sleep(60)
        time.sleep(0.5)  # until the worker has sent what it was given
        os.kill(children[0], getattr(signal, what))
        time.sleep(0.2)
        began = time.monotonic()
        try:
            if what == "SIGSTOP":
                pool.close()
            else:
                list(pool)
        except Exception as fault:
            print(type(fault).__name__, getattr(fault, "exit_code", None), fault)
        finally:
            pool.close()
        print("took", time.monotonic() - began < 8)

def failing(folder):
    from contextlib import nullcontext
    from mailsetup.run import workers

    def two():
        yield None
        yield None
        raise OSError(24, "Too many open files")

    workers._places = lambda *_: nullcontext(two())
    sources = SourceSettings(zones=(f"{folder}/example.com.zone",), offline=True)
    with Batch(sources, BatchOptions(list_file=f"{folder}/names.txt", workers=4)) as batch:
        try:
            batch._pool(encoded=True)
        except OSError:
            import multiprocessing
            print(multiprocessing.active_children())

def sockets(pid):
    "The sockets that a process has open, without those that it was started with."
    found = []
    for path in Path(f"/proc/{pid}/fd").iterdir():
        if int(path.name) > 2:
            with suppress(OSError):  # closed meanwhile
                found.append(os.readlink(path))
    return {path for path in found if path.startswith("socket:")}

def open_ends(folder):
    sources = SourceSettings(resolvers=("127.0.0.1:9",), probe=False)
    with Batch(sources, BatchOptions(list_file=f"{folder}/names.txt", workers=4)) as batch:
        pool = batch._pool(encoded=True)
        processes = [os.getpid(), *(process.pid for process in pool._processes)]
        ends, shared = time.monotonic() + 5, [""]
        while shared and time.monotonic() < ends:
            time.sleep(0.05)
            held = [path for pid in processes for path in sockets(pid)]
            shared = [path for path in held if held.count(path) > 1]
        pool.close()
        print(shared)

if __name__ == "__main__":
    if sys.argv[1] == "sockets":
        open_ends(sys.argv[2])
        sys.exit()
    failing(sys.argv[2]) if sys.argv[1] == "start" else main(*sys.argv[1:])
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("ended")
    zone(path)
    (path / "names.txt").write_text("".join(f"h{i}.example.com\n" for i in range(NAMES)), encoding="utf-8")
    (path / "script.py").write_text(SCRIPT, encoding="utf-8")
    return path


def lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def all_end(pids: list[int], within: float = 5.0) -> bool:
    ends = time.monotonic() + within
    while any(map(lives, pids)) and time.monotonic() < ends:
        time.sleep(0.05)
    left = [pid for pid in pids if lives(pid)]
    for pid in left:
        os.kill(pid, signal.SIGKILL)
    return not left


@pytest.mark.parametrize("what", ["SIGKILL", "SIGTERM"])
def test_a_worker_that_is_gone_ends_the_run_with_a_sentence(folder: Path, what: str) -> None:
    """Whether its results were taken before or not: never as if standard output had been closed, which ends with 0."""
    command = [sys.executable, str(folder / "script.py"), what, str(folder)]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=60, check=False)

    children, told, took = done.stdout.splitlines()
    code = -getattr(signal, what)
    assert told.startswith(
        f"WorkerEnded 70 a worker process ended before its work was done (exit code {code})"
    )
    assert "took True" == took
    assert "" == done.stderr
    assert all_end([int(pid) for pid in children.split()])


def test_a_worker_that_is_stopped_ends_with_the_run(folder: Path) -> None:
    """It heeds no polite signal until it goes on; the first process would wait for it at its end."""
    command = [sys.executable, str(folder / "script.py"), "SIGSTOP", str(folder)]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=60, check=False)

    children, took = done.stdout.splitlines()
    assert "took True" == took
    assert all_end([int(pid) for pid in children.split()])


def test_workers_end_when_the_first_process_is_killed(folder: Path) -> None:
    """A copy holds the first one's ends of the pipes too, unless it closes them: then no pipe would ever end."""
    command = [sys.executable, str(folder / "script.py"), "wait", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, encoding="utf-8") as first:
        assert first.stdout is not None
        children = [int(pid) for pid in first.stdout.readline().split()]
        first.kill()

    assert 2 == len(children)
    assert all_end(children)


def test_what_was_started_ends_when_the_rest_cannot_be(folder: Path) -> None:
    """Else the first process waits at its end for those that heed no signal yet."""
    command = [sys.executable, str(folder / "script.py"), "start", str(folder)]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=60, check=False)

    assert ("[]\n", "") == (done.stdout, done.stderr)


def test_no_two_processes_hold_the_same_end_of_a_socket(folder: Path) -> None:
    """Who holds a copy of a neighbour's end never hears that the neighbour is gone, and waits for its answer."""
    command = [sys.executable, str(folder / "script.py"), "sockets", str(folder)]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=60, check=False)

    assert ("[]\n", "") == (done.stdout, done.stderr)
