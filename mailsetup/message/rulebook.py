"""Every rule about letters, and their verdicts on one letter."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib import import_module

from mailsetup.model.finding import CheckPage, Status, Verdict
from mailsetup.model.message import Message

from .judging import Desk, Rule
from .receivers import receiver_rules
from .report import MessageReport

MODULES = ("rules_authentication", "rules_headers", "rules_lists", "rules_content")


@cache
def all_rules() -> tuple[Rule, ...]:
    """Every rule, by id; receivers' rules after the standards'."""
    found = []
    for name in MODULES:
        module = import_module(f"{__package__}.{name}")
        found += [thing for thing in vars(module).values() if isinstance(thing, Rule)]
    return (*sorted(found, key=lambda one: one.id), *receiver_rules())


def verdicts(report: MessageReport) -> tuple[Verdict, ...]:
    """The verdict of every rule; a rule that fails itself is crashed, and the others still speak."""
    return tuple(_judge(one, report) for one in all_rules())


def _judge(one: Rule, report: MessageReport) -> Verdict:
    desk = Desk(report, one)
    try:
        one.judge(desk)
    except Exception:
        import traceback

        return Verdict(one.id, Status.CRASHED, one.severity, reason=Message(traceback.format_exc()))
    return desk.verdict


def pages() -> Iterator[CheckPage]:
    """The manual's pages about letters."""
    return (one.page for one in all_rules())
