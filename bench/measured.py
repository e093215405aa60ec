"""
One command as a process of its own: how long it took, its processor time and its peak memory.

    measured.py FILE COMMAND...

FILE receives the figures as JSON. This small process stands between the benchmark and what it measures,
since Linux counts the memory of whoever starts a program into the peak of the program.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time


def main(file: str, *command: str) -> int:
    began = time.perf_counter()
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - began
    code = process.returncode = os.waitstatus_to_exitcode(status)
    figures = {
        "seconds": seconds,
        "cpu": usage.ru_utime + usage.ru_stime,
        "memory": usage.ru_maxrss / 1024,
        "code": code,
    }
    with open(file, "w", encoding="utf-8") as out:  # noqa: PTH123 - pathlib would weigh in the peak
        json.dump(figures, out)
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
