"""The library for programs with an event loop: the functions of `mailsetup` as coroutines."""

from .run.library import audit, check_host, detect, plan, verify

__all__ = ["audit", "check_host", "detect", "plan", "verify"]
