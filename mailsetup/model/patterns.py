"""Regular expressions that are compiled when they are first used: all of them together would take a tenth of a start."""

from __future__ import annotations

import re
from typing import Any, cast


class _Late:
    """Stands for a compiled expression; each of its methods becomes this object's own when it is first asked for."""

    def __init__(self, text: str, flags: int) -> None:
        self._made = (text, flags)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):  # what copies and pickles ask for
            raise AttributeError(name)
        method = getattr(re.compile(*self._made), name)
        setattr(self, name, method)
        return method


def late(text: str, flags: int = 0) -> re.Pattern[str]:
    """
    As `re.compile`, for an expression that most runs never need.

    A wrong one raises when it is first used: a house test compiles them all.
    """
    return cast("re.Pattern[str]", _Late(text, int(flags)))
