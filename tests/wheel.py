"""
The wheel of this tree as a user's `pip` builds it, made once for all that want it.

It is kept in ``build/wheel``, beside a digest of what went into it: compiling takes a minute or two.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
KEPT = ROOT / "build" / "wheel"
SOURCES = ("mailsetup", "provider_profiles", "pyproject.toml", "hatch_build.py", "README.md", "LICENSE")


def wheel() -> Path:
    """The wheel; raises `subprocess.CalledProcessError` where it cannot be built."""
    folder = KEPT / _digest()
    if not folder.is_dir():
        shutil.rmtree(KEPT, ignore_errors=True)
        KEPT.mkdir(parents=True)
        made = tempfile.mkdtemp(dir=KEPT)
        pip = [sys.executable, "-m", "pip", "-q", "--disable-pip-version-check"]
        subprocess.run([*pip, "wheel", "--no-deps", "-w", made, str(ROOT)], check=True, stdout=sys.stderr)
        Path(made).replace(folder)
    (found,) = folder.glob("mailsetup-*.whl")
    return found


def compiled(path: Path) -> bool:
    """Whether a wheel has compiled modules; where there is no C compiler it has none."""
    return not path.name.endswith("-none-any.whl")


def _digest() -> str:
    seen = hashlib.sha256(sys.version.encode())
    for start in (ROOT / name for name in SOURCES):
        for path in sorted(start.rglob("*")) if start.is_dir() else (start,):
            if path.is_file() and "__pycache__" not in path.parts:
                seen.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return seen.hexdigest()[:16]


if __name__ == "__main__":
    print(wheel())
