"""The kit as it ships, made once for the tests that show it to real programs."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from . import shipped


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> shipped.Shipped:
    """The sample brand with its kit and gallery on disk."""
    return shipped.make(tmp_path_factory.mktemp("sample"))


@pytest.fixture(scope="session")
def pack(sample: shipped.Shipped) -> Mapping[str, bytes]:
    """The sample's letters in both languages and voices."""
    return shipped.pack(sample.brand, sample.people)
