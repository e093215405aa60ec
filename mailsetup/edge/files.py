"""Files written whole or not at all: beside their place first, then renamed."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import IO, NamedTuple

from mailsetup.model import os_faults
from mailsetup.model.errors import InputError
from mailsetup.model.language import translated
from mailsetup.model.message import phrase, say

LONG = 8 * 1024 * 1024
"""Octets of a result that is left to the system to bring to the disk: it can be made again."""
READ_LIMIT = 64 * 1024 * 1024  # octets of any file a user gives us


class Beside:
    """
    A text file under way: UTF-8, line feeds as written. It is given text, or the octets of it.

    ``option`` is the one that chose the place, for the sentence that says to choose another.
    Leaving the block keeps the file, an exception drops it; `keep` puts it in its place early
    (a run that was interrupted keeps what is whole). A device or a pipe is written to
    where it is: renamed over, it would be gone for every program. A link stays, and what it leads to is replaced.

    What is ``lasting`` or short is on the disk before it takes its place. A long result is not waited for, which on a
    slow disk may take longer than the run; it can be made again. ``sync`` brings an open file there.
    """

    def __init__(
        self,
        path: str | Path,
        *,
        force: bool = False,
        private: bool = False,
        lasting: bool = False,
        option: str = "--output",
        sync: Callable[[int], None] = os.fsync,
    ) -> None:
        self.path = Path(path)
        self._option = option
        self._kept = False
        self._lasting = lasting
        self._sync = sync
        self._written = 0
        self._place = self.path.resolve() if self.path.is_symlink() and self.path.is_file() else self.path
        with _sentences(self.path, self._option):
            if self.path.is_dir():
                raise InputError(say("{path} is a folder; give the name of a file", path=self.path))
            self._straight = self.path.exists() and not self.path.is_file()
            if self._straight:
                self._open_straight(private)
                return
            if self.path.exists() and not force:
                raise InputError(say("{path} is there already; --force overwrites it", path=self.path))
            handle, name = tempfile.mkstemp(
                dir=self._place.parent or Path(), prefix=f".{self._place.name}.", suffix=".part"
            )
            self._part = Path(name)
            self._file: IO[bytes] = os.fdopen(handle, "wb")
            if not private:
                with suppress(OSError):
                    self._part.chmod(0o644)

    def _open_straight(self, private: bool) -> None:
        if private:
            raise InputError(say("{path} is a device or a pipe; give the name of a file", path=self.path))
        self._file = self.path.open("wb")

    def write(self, text: str | bytes) -> None:
        """Adds text, or its octets in UTF-8."""
        octets = text.encode("utf-8") if isinstance(text, str) else text
        with _sentences(self.path, self._option):
            self._file.write(octets)
        self._written += len(octets)

    def keep(self) -> None:
        """Puts the file in its place."""
        if self._kept:
            return
        with _sentences(self.path, self._option):
            self._file.flush()
            if not self._straight and (self._lasting or self._written < LONG):
                self._sync(self._file.fileno())
            self._file.close()
            if not self._straight:
                self._part.replace(self._place)
            self._kept = True

    def drop(self) -> None:
        """Leaves nothing behind."""
        with suppress(OSError):
            self._file.close()
        if not self._kept and not self._straight:
            with suppress(OSError):
                self._part.unlink()

    def __enter__(self) -> Beside:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                self.keep()
        finally:
            self.drop()


@contextmanager
def _sentences(path: Path, option: str) -> Iterator[None]:
    try:
        yield
    except OSError as fault:
        reason = os_faults.reason(fault)
        raise InputError(
            say(
                "cannot write {path}: {reason}; choose another place with {option}",
                path=path,
                reason=reason,
                option=option,
            )
            if option
            else say("cannot write {path}: {reason}; choose another place", path=path, reason=reason)
        ) from fault


def make_folder(path: str | Path, option: str = "--output") -> None:
    """A folder with those above it; `InputError` says why it cannot be made."""
    with _sentences(Path(path), option):
        Path(path).mkdir(parents=True, exist_ok=True)


def write_text(
    path: str | Path,
    text: str,
    *,
    force: bool = False,
    private: bool = False,
    option: str = "--output",
    sync: Callable[[int], None] = os.fsync,
) -> None:
    """
    A whole text file, or nothing. ``private`` leaves it readable to its owner alone (mode 0600).

    ``option`` is the one by which the command was told the place; empty where it is an argument.
    """
    with Beside(path, force=force, private=private, lasting=True, option=option, sync=sync) as file:
        file.write(text)


def refuse_taken(places: Sequence[Path], *, force: bool = False, option: str = "--output") -> None:
    """Refuses now what could not be written at the end of a run: a file that is there, a folder that takes none."""
    for place in places[1:]:
        if place.exists() and not force:
            raise InputError(say("{path} is there already; --force overwrites it", path=place))
    for place in places[:1]:
        Beside(place, force=force, option=option).drop()


def read_text(path: str | Path, what: str = phrase("file")) -> str:
    """A user's text file: UTF-8 with or without BOM. `InputError` says what is wrong and where."""
    place = Path(path)
    try:
        if place.stat().st_size > READ_LIMIT:
            raise _too_large(what, place)
        return _decoded(place.read_bytes(), what, place).replace("\r\n", "\n").replace("\r", "\n")
    except OSError as fault:
        reason = os_faults.reason(fault)
        raise InputError(
            say("cannot read {what} {place}: {reason}", what=translated(what), place=place, reason=reason)
        ) from fault


class Sentences(NamedTuple):
    """What is said of a file that cannot be had: templates of ``shown`` and of ``reason``, ``limit`` (MiB) or ``line``."""

    unreadable: str
    too_large: str
    not_text: str


def read_bounded(path: Path, shown: str, limit: int, told: Sentences) -> str:
    """A file of a form of ours, at most ``limit`` octets of UTF-8, refused in that form's own sentences."""
    try:
        with path.open("rb") as file:
            data = file.read(limit + 1)
    except (OSError, ValueError) as fault:
        reason = os_faults.strerror(fault) if isinstance(fault, OSError) else say("not a file name")
        raise InputError(say(told.unreadable, shown=shown, reason=reason)) from None
    if len(data) > limit:
        raise InputError(say(told.too_large, shown=shown, limit=limit // 2**20))
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        line = data.count(b"\n", 0, fault.start) + 1
        raise InputError(say(told.not_text, shown=shown, line=line)) from None


def read_stream(stream: IO[bytes], name: str, what: str = phrase("file")) -> str:
    """The text of a stream such as standard input: UTF-8 with or without BOM, whatever the system's encoding is."""
    data = stream.read(READ_LIMIT + 1)
    if len(data) > READ_LIMIT:
        raise _too_large(what, name)
    return _decoded(data, what, name)


def _too_large(what: str, place: object) -> InputError:
    return InputError(
        say(
            "{what} {place} is larger than {limit} MB; split it",
            what=translated(what),
            place=place,
            limit=READ_LIMIT // 1024 // 1024,
        )
    )


def _decoded(data: bytes, what: str, place: object) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        raise InputError(
            say(
                "{what} {place} is not UTF-8 text (line {line}); save it as UTF-8",
                what=translated(what),
                place=place,
                line=data.count(b"\n", 0, fault.start) + 1,
            )
        ) from fault


def read_bytes(path: str | Path, what: str = phrase("file"), limit: int = READ_LIMIT) -> bytes:
    """A user's file as it is, at most ``limit`` octets. `InputError` says what is wrong and where."""
    place = Path(path)
    try:
        with place.open("rb") as file:
            data = file.read(limit + 1)
    except OSError as fault:
        reason = os_faults.reason(fault)
        raise InputError(
            say("cannot read {what} {place}: {reason}", what=translated(what), place=place, reason=reason)
        ) from fault
    if len(data) > limit:
        raise InputError(
            say(
                "{what} {place} is larger than {limit} MB; make it smaller",
                what=translated(what),
                place=place,
                limit=max(1, limit // 1024 // 1024),
            )
        )
    return data
