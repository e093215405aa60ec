"""What ``kit lint --fix`` shows and ``--write`` does: a file is mended whole, in its encoding and place, or not at all."""

from __future__ import annotations

import difflib
import stat
import sys
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from mailsetup.model.errors import InputError
from mailsetup.model.message import Message, say
from mailsetup.model.names import printable

if TYPE_CHECKING:
    from mailsetup.kit.lint.mending import Change

    from .linted import Linted


class Mender:
    """
    Shows what is mended as a diff, writes it, or both; ``refused`` are the files that could not be written.

    ``show`` is where the diff goes; None shows none.
    """

    def __init__(self, *, show: TextIO | None = None, write: bool = False, quiet: bool = False) -> None:
        self._show, self._write, self._quiet = show, write, quiet
        self.refused: list[str] = []

    def take(self, one: Linted) -> bool:
        """One file; whether it is written."""
        if one.mended == one.source:
            return False
        if self._show is not None:
            self._show.write(difference(one))
        if not self._write:
            return False
        try:
            rewrite(one)
        except InputError as fault:
            self.refused.append(one.path)
            print(f"mailsetup: {fault}", file=sys.stderr)
            return False
        if not self._quiet:
            print(say("mended: {path}", path=one.path), file=sys.stderr)
        return True


def difference(one: Linted) -> str:
    """What mending would change, as a unified diff."""
    return "".join(_difference(change) for change in one.changes)


def _difference(change: Change) -> str:
    before, after = change.before.splitlines(keepends=True), change.after.splitlines(keepends=True)
    lines = difflib.unified_diff(before, after, f"a/{change.name}", f"b/{change.name}")
    return "".join(printable(line.rstrip("\r\n")) + "\n" for line in lines)


def rewrite(one: Linted) -> None:
    """
    The mended file in place of the old one, whole or not at all, with the same rights; a link stays a link.

    `InputError` where it cannot be: a device or a pipe, a file that is read-only or has changed meanwhile, an
    encoding that lacks a character of the mend.
    """
    from mailsetup.edge.files import read_bytes
    from mailsetup.edge.folder_beside import write_bytes
    from mailsetup.kit.lint import encoding

    place = Path(one.path)
    if not place.is_file():
        raise _refusal(one.path, say("it is no ordinary file"))
    real = place.resolve()
    mode = stat.S_IMODE(real.stat().st_mode)
    if not mode & stat.S_IWUSR:
        raise _refusal(one.path, say("it is read-only"))
    data = read_bytes(real)
    if one.form == "eml":
        same = data.decode("ascii", "surrogateescape") == one.source
        made: bytes | None = one.mended.encode("ascii", "surrogateescape")
    else:
        written = encoding.read(data, page=one.form == "html")
        same = written.text.replace("\r\n", "\n").removeprefix("\ufeff") == one.source
        made = encoding.octets(one.mended, written)
    if not same:
        raise _refusal(one.path, say("it was changed meanwhile; start again"))
    if made is None:
        raise _refusal(one.path, say("its encoding lacks a character of the mend; save it as UTF-8"))
    write_bytes(real, made, force=True, mode=mode)


def _refusal(path: str, why: Message) -> InputError:
    return InputError(say("not mended: {path}: {why}", path=path, why=why))
