"""Scripts that put signatures into programs: fixed texts, with values quoted for their language."""

from __future__ import annotations

import functools
import re
from importlib.resources import files

_APOSTROPHES = re.compile("['\u2018\u2019\u201a\u201b]")
"""What PowerShell takes for a single quotation mark (about_Quoting_Rules, checked 2026-11)."""


def power_shell(text: str) -> str:
    """A text as a PowerShell literal: nothing in it is expanded."""
    return "'" + _APOSTROPHES.sub(lambda match: match[0] * 2, one_line(text)) + "'"


def shell(text: str) -> str:
    """A text as a literal of a POSIX shell."""
    return "'" + one_line(text).replace("'", "'\\''") + "'"


def one_line(text: str) -> str:
    """A text without anything that could end a line."""
    return re.sub(r"[\x00-\x1f\x7f\x85\u2028\u2029]", " ", text)


def filled(name: str, quote: object, **values: str) -> str:
    """A shipped script with ``@NAME@`` replaced by quoted values."""
    assert callable(quote)
    quoted = {key.upper(): quote(value) for key, value in values.items()}
    return re.sub(r"@([A-Z_]+)@", lambda match: str(quoted[match[1]]), source(name))


@functools.cache
def source(name: str) -> str:
    """A shipped script as it is."""
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


def windows(text: str) -> bytes:
    """A PowerShell file: BOM, so that version 5 reads UTF-8, and CRLF."""
    return b"\xef\xbb\xbf" + text.replace("\r\n", "\n").replace("\n", "\r\n").encode()


def outlook(signature: str, reply: str, email: str) -> bytes:
    """Copies one person's signatures into classic Outlook."""
    return windows(filled("outlook.ps1", power_shell, signature=signature, reply=reply, email=email))


def apple_mail(file: str) -> bytes:
    """Puts a signature into the newest placeholder of Apple Mail."""
    return filled("apple-mail.sh", shell, file=file).encode()
