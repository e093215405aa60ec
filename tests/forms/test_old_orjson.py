"""An orjson from before what is needed of it (3.9) may stand on a machine: nobody's requirement keeps it away."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

SCRIPT = "from mailsetup.forms import encoder as e; print(e.one_line({'a': e.encoded(['b'])}), e.orjson)"


def test_an_old_orjson_counts_as_none(tmp_path: Path) -> None:
    """The standard library writes then."""
    (tmp_path / "orjson.py").write_text("def dumps(value): raise AssertionError\n", encoding="utf-8")
    path = os.pathsep.join(filter(None, (str(tmp_path), os.environ.get("PYTHONPATH", ""), *sys.path)))
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert '{"a":["b"]} None\n' == done.stdout, done.stderr
