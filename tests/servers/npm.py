"""What `tests/install_npm.py` installed: the folder of one npm package."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest


def npm_package(name: str) -> Path:
    """The folder of a package; without it the test is skipped, or fails where CI=true."""
    folder = Path(sys.prefix) / "npm" / "node_modules" / name
    if folder.is_dir():
        return folder
    reason = f"the npm package {name} is not installed; get it with: python tests/install_npm.py"
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)
