"""How wide the terminal is that results go to, where they go to one."""

from __future__ import annotations

import sys


def fit_screen() -> None:
    """Lets lines be as wide as the terminal; elsewhere they stay as they are."""
    if sys.stdout.isatty():
        import shutil

        from mailsetup.model.lines import fit

        fit(shutil.get_terminal_size().columns)
