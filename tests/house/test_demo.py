"""`make demo` shows the whole journey, the kit and its gallery included, and names every file it wrote."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_demo_names_every_file_and_writes_kit_and_gallery(tmp_path: Path) -> None:
    """
    What the list at its end names is there; report, kit and gallery are among it.
    """
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(
        [sys.executable, "examples/demo.py"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=300,
        check=False,
    )
    listed = [
        Path(path) for path in re.findall(r"^  (\S+)  ", done.stdout.partition("Written:")[2], re.MULTILINE)
    ]
    names = {path.relative_to(tmp_path / "demo-out").as_posix() for path in listed}

    assert done.returncode == 0, done.stderr
    assert all(path.is_file() for path in listed), listed
    assert {"6-report.html", "kit/signatures/index.html", "8-gallery.html"} <= names
    assert any(name.startswith("kit/letters/") for name in names), names
