"""What checks of files that others fetch over https share: why a file does not come, and its type, in words."""

from __future__ import annotations

from mailsetup.checks._transport import fault_words
from mailsetup.model.dns import WebAnswer
from mailsetup.model.message import Message, say

READ_LIMIT = 65_536  # octets that are read of any file (edge/web.py)
URL_SHOWN, KIND_SHOWN = 200, 80  # characters


def not_served(answer: WebAnswer) -> Message | None:
    """Why a file does not come, whole or at all; None where it came, and where nobody knows."""
    if answer.unknown:
        return None
    if answer.tls_fault:
        return say("its certificate is not valid: {why}", why=fault_words(answer.tls_fault))
    if answer.slow:
        return say("the server takes the connection but does not deliver in time")
    if 300 <= answer.status < 400:
        target = header(answer, "location")[:URL_SHOWN]
        return say(
            "the server redirects ({status}) to {target}",
            status=answer.status,
            target=target or say("nowhere"),
        )
    if answer.status != 200:
        return say("the server answers with HTTP status {status}", status=answer.status)
    return None


def other_type(answer: WebAnswer, wanted: str) -> str | Message | None:
    """The media type of a file that came as something else than ``wanted``, else None."""
    kind = header(answer, "content-type")
    if kind.partition(";")[0].strip().lower() == wanted:
        return None
    return kind[:KIND_SHOWN] or say("no type at all")


def header(answer: WebAnswer, name: str) -> str:
    """The first header of a name, else nothing."""
    return next((value for key, value in answer.headers if key.lower() == name), "")
