"""What is known around a file: the plan for its domain, and how its colleagues sign."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple


class Planned(NamedTuple):
    """
    What a project file and its saved plan say of a domain.

    ``addressed`` are the hosts whose addresses the plan writes: whether any is left once it is carried out.
    """

    domain: str
    addressed: Mapping[str, bool] = MappingProxyType({})
    saved: bool = False


class Look(NamedTuple):
    """
    How a signature looks, whoever it is of: its fields in their order, its fonts and colours.

    ``of_team`` marks one whose name is the firm's: whether it says the firm's name again is its own affair.
    """

    fields: tuple[str, ...]
    families: frozenset[str]
    inks: frozenset[str]
    of_team: bool = False


class Signed(NamedTuple):
    """
    A signature in a run: where it is, whose, in which language, and how it looks.

    ``sort`` is the name of its file without the person's part in it.
    """

    path: str
    sort: str
    person: str
    mailbox: str
    locale: str
    look: Look


class Around(NamedTuple):
    """What surrounds a file; ``usual`` is how most colleagues' signatures of its sort look."""

    planned: Planned | None = None
    usual: Look | None = None


ALONE = Around()
