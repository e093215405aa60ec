"""
Plan, verify and audit the DNS of business e-mail on your own domain.

``import mailsetup`` gives the jobs of the command line as typed functions (`audit`, `plan`,
`verify`, `detect`, `check_host`, `blocklists`, `verify_message`, `build_kit`), ``mailsetup.aio``
the same as coroutines, and the sources they can ask: `Live`, `ZoneFile`, `OctodnsFolder`,
`Recorded`, `Overlay`. What cannot be used raises a `MailsetupError`: `UsageError`, `InputError` or
`NoAnswers`. All are imported when first used.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from ._version import __version__

if sys.flags.optimize > 1:
    from ._docstrings import keep

    keep()

if TYPE_CHECKING:
    from .api import audit, blocklists, build_kit, check_host, detect, plan, verify, verify_message
    from .model.errors import InputError, MailsetupError, NoAnswers, UsageError
    from .run.source_classes import Live, OctodnsFolder, Overlay, Recorded, ZoneFile

__all__ = [
    "InputError",
    "Live",
    "MailsetupError",
    "NoAnswers",
    "OctodnsFolder",
    "Overlay",
    "Recorded",
    "UsageError",
    "ZoneFile",
    "__version__",
    "audit",
    "blocklists",
    "build_kit",
    "check_host",
    "detect",
    "plan",
    "verify",
    "verify_message",
]

_ROOMS = dict.fromkeys(["Live", "OctodnsFolder", "Overlay", "Recorded", "ZoneFile"], ".run.source_classes")
_ROOMS |= dict.fromkeys(["InputError", "MailsetupError", "NoAnswers", "UsageError"], ".model.errors")


def __dir__() -> list[str]:
    """What is offered, for who presses Tab in a notebook; most of it is imported only when used."""
    return [*__all__, "aio"]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module 'mailsetup' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_ROOMS.get(name, ".api"), __name__), name)
