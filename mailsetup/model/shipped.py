"""Data files that come with the package."""

from __future__ import annotations

import pkgutil


def text(path: str) -> str:
    """
    A file's text by its path within the package (``"data/grade.toml"``); FileNotFoundError if there is none.

    Also from a package that is not in a folder. `importlib.resources` does the same and more, and takes as long to
    load as forty checks.
    """
    return (pkgutil.get_data("mailsetup", path) or b"").decode("utf-8")
