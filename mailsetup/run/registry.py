"""
All checks, found by walking the `checks` room, in an order that lets root causes speak first.

Those that are only run when an option asks for them (two in five) stand in an index with what every run needs of
them, and are loaded when somebody wants more. A check that the index does not know is loaded at once;
``python -m mailsetup.run.registry > mailsetup/data/checks_on_request.json`` makes the index, a test holds that it is true.
"""

from __future__ import annotations

import importlib
import json
import os
from functools import cache, lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, cast

from mailsetup import checks as room
from mailsetup.model.errors import UsageError
from mailsetup.model.finding import Severity
from mailsetup.model.message import say
from mailsetup.model.nearest import nearest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mailsetup.model.check import Check

INDEX = Path(__file__).parent.parent / "data" / "checks_on_request.json"
DEFAULT_POLICY = "recommended"
"""The policy under which every check has the severity it gives itself."""
ROOT_CAUSES = "names/"
"""The subject whose errors explain everything else about a domain away."""


@lru_cache(maxsize=1)
def all_checks() -> tuple[Check, ...]:
    """Every check; root causes first, and each after those it yields to; else by id."""
    found = {check.id: check for check in _discover()}
    ordered: dict[str, Check] = {}
    for check_id in sorted(found, key=lambda i: (not i.startswith(ROOT_CAUSES), i)):
        _place(check_id, found, ordered, ())
    return tuple(ordered.values())


@lru_cache(maxsize=1)
def checks_by_id() -> Mapping[str, Check]:
    """Every check by its id."""
    return MappingProxyType({check.id: check for check in all_checks()})


def check_named(check_id: str) -> Check:
    """The check with this id; `UsageError` names the nearest known ones."""
    known = checks_by_id()
    if check_id in known:
        return known[check_id]
    near = nearest(check_id, known, 3)
    hint = (
        say("; did you mean {near}?", near=f" {say('or')} ".join(near))
        if near
        else say("; `mailsetup explain` lists them all")
    )
    raise UsageError(say('there is no check "{check_id}"{hint}', check_id=check_id, hint=hint))


class _OnRequest:
    """A check that has not been loaded: its name stands for it until somebody asks for more."""

    __slots__ = ("_module", "id", "opt_in", "severity", "yields_to")

    def __init__(self, module: str, opt_in: str, severity: str, yields_to: list[str]) -> None:
        self._module = module
        self.id = _id_of(module)
        self.opt_in = opt_in
        self.severity = Severity(severity)
        self.yields_to = tuple(yields_to)

    def __getattr__(self, name: str) -> Any:
        return getattr(_load(self._module), name)


def _id_of(module: str) -> str:
    subject, flaw = module.split(".")[-2:]
    return f"{subject}/{flaw}".replace("_", "-")


def _load(module: str) -> Check:
    return cast("Check", getattr(importlib.import_module(module), module.rpartition(".")[2]))


@cache
def _on_request() -> dict[str, tuple[str, str, list[str]]]:
    try:
        return cast("dict[str, tuple[str, str, list[str]]]", json.loads(INDEX.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return {}


def make_index() -> str:
    """The index of the checks that run on request, as JSON with one check a line."""
    checks = {module: _load(module) for module in _modules()}
    lines = [
        f"{json.dumps(module)}: {json.dumps([check.opt_in, check.severity, list(check.yields_to)])}"
        for module, check in checks.items()
        if check.opt_in
    ]
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _discover() -> Iterator[Check]:
    shelved = _on_request()
    for module in _modules():
        known = shelved.get(module)
        yield cast("Check", _OnRequest(module, *known)) if known is not None else _load(module)


def _modules() -> Iterator[str]:
    """The modules that hold a check each, by name."""
    for folder in room.__path__:
        for subject in sorted(entry.name for entry in os.scandir(folder) if entry.is_dir()):
            for file in sorted(os.listdir(os.path.join(folder, subject))):  # noqa: PTH118, PTH208 - at every start
                if file.endswith(".py") and not file.startswith("_"):
                    yield f"{room.__name__}.{subject}.{file.removesuffix('.py')}"


def _place(
    check_id: str, found: Mapping[str, Check], ordered: dict[str, Check], path: tuple[str, ...]
) -> None:
    if check_id in ordered or check_id not in found:
        return
    if check_id in path:
        raise RuntimeError(f"checks yield to one another in a circle: {' > '.join((*path, check_id))}")
    for cause in sorted(found[check_id].yields_to):
        _place(cause, found, ordered, (*path, check_id))
    ordered[check_id] = found[check_id]


if __name__ == "__main__":
    import sys

    sys.stdout.buffer.write(make_index().encode("utf-8"))
