"""What others say of a letter for the lint to judge by, and what its owner wishes of the lint."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from .finding import Severity
from .message import Message

NOTHING: Mapping[Any, Any] = MappingProxyType({})


class Points(NamedTuple):
    """A spam filter's sum for one letter and the names of rules that made it."""

    score: float
    rules: tuple[str, ...] = ()


class Wishes(NamedTuple):
    """
    How rules weigh for a file; what is empty is as the rules have it.

    ``kind`` is the class of the letter; ``severities`` hold by rule, ``left_out`` says by rule why it is not asked,
    ``limits`` are numbers by rule and name.
    """

    kind: str = ""
    locale: str = ""
    severities: Mapping[str, Severity] = NOTHING
    left_out: Mapping[str, Message | str] = NOTHING
    limits: Mapping[tuple[str, str], float] = NOTHING

    def over(self, below: Wishes) -> Wishes:
        """These wishes, and those below where there are none; a severity brings back a rule that was left out below."""
        still = {id: why for id, why in below.left_out.items() if id not in self.severities}
        return Wishes(
            self.kind or below.kind,
            self.locale or below.locale,
            MappingProxyType({**below.severities, **self.severities}),
            MappingProxyType({**still, **self.left_out}),
            MappingProxyType({**below.limits, **self.limits}),
        )
