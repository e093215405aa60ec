"""
Runs the tests of the rooms that a wheel compiles once more, on what it compiled (``hatch_build.py``).

What is compiled is the same text, but not the same program: types are looked at when it runs, and what Python does on
demand has to stand in the source. So whatever is compiled is held to the same tests.

    compiled.py [arguments of pytest]

Without a C compiler there is nothing to test, which is said; with ``CI=true`` that is a failure.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.conftest import COMPILED as TESTED  # noqa: E402
from tests.wheel import compiled, wheel  # noqa: E402

FOLDER = ROOT / "build" / "compiled"
ROOMS = (
    "grammar",
    "walks",
    "edge",
    "checks",
    "blocklists",
    "cli",
    "test_workers.py",
    "test_questions_shared.py",
    "test_memory.py",
    "test_metamorphic.py",
    "test_library.py",
    "test_library_threads.py",
    "test_stopping.py",
    "test_corpus_zones.py",
    "test_second_opinion.py",
)


def main(arguments: list[str]) -> int:
    """Unpacks the wheel and tests it; pytest's exit code."""
    made = wheel()
    if not compiled(made):
        print("compiled modules: not tested, since nothing was compiled; python -m pip wheel -v . says why")
        return 1 if os.environ.get("CI") == "true" else 0
    shutil.rmtree(FOLDER, ignore_errors=True)
    shutil.unpack_archive(made, FOLDER, "zip")
    command = [sys.executable, "-m", "pytest", "-o", "pythonpath=", *arguments]
    rooms = [str(ROOT / "tests" / room) for room in ROOMS]
    # Without PYTHONSAFEPATH the folder in which pytest starts would come first, and the tree would be tested again.
    env = {**os.environ, "PYTHONPATH": f"{FOLDER}{os.pathsep}{ROOT}", "PYTHONSAFEPATH": "1", TESTED: "1"}
    return subprocess.run([*command, *rooms], cwd=ROOT, env=env, check=False).returncode


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
