"""The library for programs with an event loop: the functions of `mailsetup` as coroutines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .run.library import audit, build_kit, check_host, detect, plan, verify

if TYPE_CHECKING:
    from .run.blocklists import blocklists
    from .run.message import verify_message

__all__ = ["audit", "blocklists", "build_kit", "check_host", "detect", "plan", "verify", "verify_message"]

LATER = {"blocklists": "blocklists", "verify_message": "message"}
"""Jobs imported when first used, by the module of `run` they live in: most programs need one or two."""


def __dir__() -> list[str]:
    """Every job, also those not imported yet."""
    return __all__


def __getattr__(name: str) -> Any:
    if name not in LATER:
        raise AttributeError(f"module 'mailsetup.aio' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"mailsetup.run.{LATER[name]}"), name)
