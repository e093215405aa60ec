"""What the operating system says when a file or an address cannot be had, as part of a sentence."""

from __future__ import annotations

from .message import Message, phrase
from .printing import printable

REASONS = (
    phrase("no such file or directory"),
    phrase("No such file or directory"),
    phrase("permission denied"),
    phrase("Permission denied"),
    phrase("is a directory"),
    phrase("Is a directory"),
    phrase("not a directory"),
    phrase("Not a directory"),
    phrase("file name too long"),
    phrase("File name too long"),
    phrase("file exists"),
    phrase("no space left on device"),
    phrase("read-only file system"),
    phrase("operation not permitted"),
    phrase("input/output error"),
    phrase("too many open files"),
    phrase("address already in use"),
    phrase("Address already in use"),
    phrase("cannot assign requested address"),
    phrase("Cannot assign requested address"),
    phrase("Connection refused"),
    phrase("Connection reset by peer"),
    phrase("Network is unreachable"),
    phrase("No route to host"),
    phrase("timed out"),
)
"""The words of POSIX systems for what happens most; any other is shown as the system says it."""


def reason(fault: OSError) -> Message:
    """Why, in small letters."""
    return Message(printable((fault.strerror or str(fault)).lower()))


def strerror(fault: OSError) -> Message:
    """Why, as the system writes it."""
    return Message(printable(str(fault.strerror)))
