"""Where the suites and records of others lie: beside the project, never inside it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

CORPUS = Path(__file__).resolve().parents[2] / "shared" / "corpus"


def corpus(name: str) -> Path:
    """A file or folder of the corpus; without it the test is skipped, or fails where CI=true."""
    path = CORPUS / name
    if not path.exists():
        reason = f"the corpus file {name} is not beside the project"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return path
