"""The door through which the command line and the library write files."""

from __future__ import annotations

from mailsetup.edge.files import Beside, read_text, write_text

__all__ = ["Beside", "beside", "read_text", "write_text"]


def beside(path: str, *, force: bool = False, private: bool = False) -> Beside:
    """A file that will be whole or not there."""
    return Beside(path, force=force, private=private)
