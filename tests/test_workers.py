"""Several processes say what one says, whether they are copies of the first or start afresh."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ZONE = """$ORIGIN {name}.
$TTL 3600
@ SOA ns1 hostmaster 1 7200 3600 1209600 300
@ NS ns1
@ MX 10 mail
@ TXT "v=spf1 mx ip4:192.0.2.{i} -all"
ns1 A 192.0.2.1
mail A 192.0.2.2
"""
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
