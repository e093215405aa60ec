"""The kit as it ships, made once for the tests that show it to real programs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack

import pytest

from tests.servers.filters import Judge

from . import shipped

Filter = Callable[[], AbstractContextManager[Judge]]


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> shipped.Shipped:
    """The sample brand with its kit and gallery on disk."""
    return shipped.make(tmp_path_factory.mktemp("sample"))


@pytest.fixture(scope="session")
def pack(sample: shipped.Shipped) -> Mapping[str, bytes]:
    """The sample's letters in both languages and voices."""
    return shipped.pack(sample.brand, sample.people)


@pytest.fixture(scope="session")
def judge_of() -> Iterator[Callable[[Filter], Judge]]:
    """What gives a running filter; each is started once, as it first reads thousands of rules."""
    running: dict[Filter, Judge] = {}
    with ExitStack() as until:

        def judge(program: Filter) -> Judge:
            if program not in running:
                running[program] = until.enter_context(program())
            return running[program]

        yield judge
