"""
What dkimpy says of a signature: its canonical forms and its cryptography, on bounded input and without a clock.

A second maker's reading stands beside ours for every signature that gets as far as cryptography. Where both
part, the RFC decides and the difference is evidence. What dkimpy is known to do otherwise: it signs a From more
than ``h=`` names, strips octets that are no white space (form feeds), lets blanks before an absent last line
end stand, and cuts at an ``l=`` longer than the body. Tags and times are read here, because it reads the clock.
Its expressions take quadratic time on runs of blanks, so their cost is counted before it is asked.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, NamedTuple

from mailsetup.model.message import Message, say

from .fields import Field, RawMessage
from .signature import Signature

WORK_LIMIT = (
    8_000_000  # steps spent in one letter: octets canonicalised, runs of blanks squared; about a second
)
ASKED_LIMIT = 20  # signatures of one letter; dkimpy canonicalises the whole body anew for each
FOLD_LIMIT = 64  # octets of white space in a row in a signature field: its expression for b= is cubic there
KEY_LIMIT = 800  # octets of a public key; one of 4096 bits takes 550, a larger exponent would cost time

_BLANK_RUN = re.compile(rb"[ \t]{2,}")
_FOLD_RUN = re.compile(rb"\s{%d}" % FOLD_LIMIT)


class Opinion(NamedTuple):
    """``word`` is pass or fail, or ``""`` where dkimpy was not asked or stopped; ``reason`` says why."""

    word: str = ""
    reason: Message | None = None


class Budget:
    """What may still be spent on one letter."""

    def __init__(self, message: RawMessage) -> None:
        self.message = message
        self.left = WORK_LIMIT
        self.asked = 0
        self._cost: int | None = None

    def allows(self, fields: int, names: int) -> bool:
        """Takes one signature's cost from the budget, if there is enough."""
        if self._cost is None:
            runs = sum((m.end() - m.start()) ** 2 for m in _BLANK_RUN.finditer(self.message.body))
            self._cost = len(self.message.body) + runs
        cost = self._cost + fields * names
        if cost > self.left or self.asked >= ASKED_LIMIT:
            return False
        self.left -= cost
        self.asked += 1
        return True


class _Silent:
    """dkimpy's log, kept from ours; the last error is its reason."""

    def __init__(self) -> None:
        self.error_text = ""

    def debug(self, *_: object) -> None:
        """Says nothing."""

    def error(self, text: object, *_: object) -> None:
        """Keeps the text."""
        self.error_text = str(text)


def dkimpy_says(
    budget: Budget, signature: Signature, record: str, key: bytes, *, tls_report: bool
) -> Opinion:
    """
    Its word on one signature against one key record; no input makes it raise.

    It is given the fields that ``h=`` names, the signature and the body; ``record`` is the one that was chosen
    here, so that several records at a name are no question for it; ``key`` is that record's key.
    """
    names = set(signature.signed)
    fields = [one for one in budget.message.fields if one.name in names and one is not signature.field]
    obstacle = _obstacle(signature, key)
    if obstacle is None and not budget.allows(len(fields), len(names)):
        obstacle = say("the letter is too large or has too many signatures for it")
    if obstacle is not None:
        return Opinion("", say("dkimpy was not asked: {why}", why=str(obstacle)))
    data = b"".join(one.raw for one in fields) + b"\r\n" + budget.message.body
    return _asked(data, signature, record, tls_report)


def _obstacle(signature: Signature, key: bytes) -> Message | None:
    if len(key) > KEY_LIMIT:
        return say("the key is too large for it")
    if _FOLD_RUN.search(signature.field.value):
        return say("the signature holds more blanks in a row than it can bear")
    return None


def _asked(data: bytes, signature: Signature, record: str, tls_report: bool) -> Opinion:
    import dkim
    from dkim.util import InvalidTagValueList, parse_tag_value

    log = _Silent()
    try:
        verifier = dkim.DKIM(data, logger=log, tlsrpt=tls_report)
        tags = parse_tag_value(signature.field.value)
        named = [name.encode("latin-1") for name in signature.signed]
        holds = verifier.verify_sig(tags, named, _pair(signature.field), _answering(record))
    except (dkim.DKIMException, InvalidTagValueList) as fault:
        return Opinion("fail", say("dkimpy says: {what}", what=_short(fault)))
    except Exception as fault:  # borrowed code on hostile input: whatever it raises is no answer
        return Opinion("", say("dkimpy stopped: {what}", what=type(fault).__name__))
    if holds:
        return Opinion("pass", say("dkimpy says: the signature holds"))
    return Opinion(
        "fail", say("dkimpy says: {what}", what=_short(log.error_text or "the signature does not hold"))
    )


def _pair(field: Field) -> tuple[bytes, bytes]:
    """Name and value as dkimpy's own reader takes a field apart."""
    name, _, value = field.raw.partition(b":")
    return name, value


def _answering(record: str) -> Callable[..., Any]:
    return lambda *_, **__: record.encode("latin-1", "replace")


def _short(fault: object) -> str:
    """Its words without the octets that it quotes."""
    return " ".join(str(fault).partition(" (")[0].partition(": b'")[0].split())[:160]
