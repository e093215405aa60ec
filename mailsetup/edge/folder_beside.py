"""A folder written whole or not at all: beside its place first, then renamed."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from types import TracebackType

from mailsetup.model import os_faults
from mailsetup.model.errors import InputError
from mailsetup.model.message import say

NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0)
MARK = ".mailsetup-kit"
"""The file by which a folder is known to be ours, and may be replaced."""


class FolderBeside:
    """
    A folder under way. Leaving the block puts it in its place, an exception drops it.

    What stood there is kept until the new one is whole; a folder that is not ours is never replaced.
    """

    def __init__(self, path: str | Path, *, force: bool = False) -> None:
        self.path = Path(os.path.abspath(path))  # noqa: PTH100 - a link to a folder stays a link
        try:
            self._refuse_others(force)
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self.part = Path(
                tempfile.mkdtemp(dir=self.path.parent, prefix=f".{self.path.name}.", suffix=".part")
            )
        except OSError as fault:
            raise self._sentence(fault) from fault
        self._made: set[str] = set()

    def _refuse_others(self, force: bool) -> None:
        if not self.path.exists() and not self.path.is_symlink():
            return
        if not self.path.is_dir() or self.path.is_symlink():
            raise InputError(
                say("{path} is not a folder; choose another place with --output", path=self.path)
            )
        if not any(self.path.iterdir()):
            return
        if not (self.path / MARK).is_file():
            raise InputError(
                say(
                    "{path} holds files that are not a kit; choose another place with --output",
                    path=self.path,
                )
            )
        if not force:
            raise InputError(say("{path} is there already; --force writes it anew", path=self.path))

    def _sentence(self, fault: OSError) -> InputError:
        reason = os_faults.reason(fault)
        return InputError(
            say(
                "cannot write {path}: {reason}; choose another place with --output",
                path=self.path,
                reason=reason,
            )
        )

    def write(self, name: str, data: bytes) -> None:
        """One file, by its path inside the folder with ``/`` between parts."""
        write_into(self.part, name, data, self._made)

    def carry_over(self, names: Iterable[str]) -> None:
        """Takes over entries of the folder as it stands now, where the new one has none of that name."""
        for name in names:
            source, target = self.path / name, self.part / name
            try:
                if source.is_dir() and not target.exists():
                    shutil.copytree(source, target, symlinks=True)
                elif source.is_file() and not target.exists():
                    shutil.copy2(source, target)
            except OSError as fault:
                raise _not_carried(source, fault) from fault

    def entries(self) -> tuple[str, ...]:
        """What stands in the folder now."""
        return tuple(sorted(item.name for item in self.path.iterdir())) if self.path.is_dir() else ()

    def keep(self) -> None:
        """Puts the folder in its place; what was there before goes only then."""
        self.write(
            MARK, b"Written by mailsetup kit build; the next build with --force replaces this folder.\n"
        )
        old = self.part.with_suffix(".old")
        try:
            with suppress(OSError):
                self.part.chmod(0o755)
            if self.path.exists():
                self.path.replace(old)
            try:
                self.part.replace(self.path)
            except OSError:
                if old.exists():
                    old.replace(self.path)
                raise
        except OSError as fault:
            raise self._sentence(fault) from fault
        shutil.rmtree(old, ignore_errors=True)

    def __enter__(self) -> FolderBeside:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                self.keep()
        finally:
            shutil.rmtree(self.part, ignore_errors=True)


def _not_carried(source: Path, fault: OSError) -> InputError:
    """A sentence that names the entry: of a folder's many faults the first."""
    path: object = fault.filename or source
    reason: object = os_faults.reason(fault)
    if isinstance(fault, shutil.Error) and fault.args and isinstance(fault.args[0], list):
        path, _, reason = fault.args[0][0]
    return InputError(
        say(
            "cannot carry {path} over into the new kit: {reason}; move it out of the folder, "
            "or choose another place with --output",
            path=path,
            reason=reason,
        )
    )


def write_into(root: Path, name: str, data: bytes, made: set[str]) -> None:
    """A file below a folder that is under way; ``made`` remembers which folders are there."""
    if name.startswith("/") or "\\" in name or ":" in name or ".." in name.split("/"):
        raise ValueError(f"{name!r} leads out of the folder")
    parent = name.rpartition("/")[0]
    try:
        if parent not in made:
            (root / parent).mkdir(parents=True, exist_ok=True)
            made.add(parent)
        file = os.open(f"{root}/{name}", NEW_FILE, 0o666)  # the quicker way, a hundred thousand times
        try:
            at = os.write(file, data)
            while at < len(data):
                at += os.write(file, data[at:])
        finally:
            os.close(file)
    except OSError as fault:
        reason = os_faults.reason(fault)
        raise InputError(
            say(
                "cannot write {root}: {reason}; choose another place with --output",
                root=root / name,
                reason=reason,
            )
        ) from fault


def write_bytes(path: Path, data: bytes, *, force: bool = False, mode: int = 0o644) -> None:
    """A whole binary file, or nothing: beside its place first, then renamed. ``mode`` is who may read and write it."""
    if path.exists() and not force:
        raise InputError(say("{path} is there already; --force overwrites it", path=path))
    part = ""
    try:
        handle, part = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(part).chmod(mode)
        Path(part).replace(path)
    except OSError as fault:
        with suppress(OSError):
            Path(part).unlink()
        reason = os_faults.reason(fault)
        raise InputError(
            say("cannot write {path}: {reason}; choose another place", path=path, reason=reason)
        ) from fault
