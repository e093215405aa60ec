"""
Short English texts that were kept, as an answer's ``detail`` in a snapshot, said in the language in use.

A snapshot is the same file whoever records it, so what is kept in it is English; whoever shows it
passes it through `retold`. Texts without values are found by themselves (they are marked with `phrase`
where they arise); those with values by the templates here, which is where the edge takes them from.
"""

from __future__ import annotations

import re
import string
from functools import cache

from .language import spoken, translated
from .message import Message, phrase
from .printing import printable

DEPTH = 4  # a reason within a reason; what is deeper stays as it is

NO_ANSWER = phrase("no answer within {seconds} s, asked {tries} times")
SILENT = phrase("not sent, since {server} has been silent for {seconds} s")
UNREADABLE = phrase("the answer cannot be read: {fault}")
NO_NAME_FOR_DNS = phrase("not a name DNS can hold: {fault}")
NOBODY_LISTENS = phrase("nobody listens at {server}")
NO_TLS = phrase("no TLS connection to {server}: {fault}")
NO_STREAM = phrase("no TCP connection to {server}: {fault}")
NO_TCP = phrase("truncated over UDP, and no TCP connection to {server}: {fault}")
HUNG_UP = phrase("{server} hung up before answering")
NO_AUTHORITIES = phrase("SSL_CERT_FILE names {file}, which cannot be used: {fault}")
HTTP_STATUS = phrase("HTTP status {status}")
REFERRAL = phrase("referral to {zone}")
REFERRAL_TO_ROOT = phrase("referral to the root")
RCODE = phrase("RCODE {number}")
EXTENDED = phrase("extended error {number}")
NO_DS_PROOF = phrase("nothing signed proves that {name} has no DS record")
SILENT_ABOUT = phrase("{server} did not answer for {name}")
ANSWERS_WITH = phrase("{server} answers {rcode} for {name}")
ROOT_KEYS = phrase("the root's keys cannot be validated here: {fault}")
NO_SIGNATURE = phrase("there is no signature over {what}")
SIGNATURE_EXPIRED = phrase("the signature over {what} has expired")
SIGNATURE_EARLY = phrase("the signature over {what} is not valid yet")
SIGNATURE_OTHER_KEY = phrase("the signature over {what} is made with a key that the zone does not publish")
SIGNATURE_WRONG = phrase("the signature over {what} is not valid ({fault})")
EHLO_REFUSED = phrase("EHLO is refused: {reply}")
STARTTLS_REFUSED = phrase("STARTTLS is announced, then refused: {reply}")
HANDSHAKE = phrase("the TLS handshake failed: {fault}")
NOT_SMTP = phrase("not an SMTP reply: {line}")
NOT_FINISHED = phrase("connected, and not finished within {seconds} s")
NOT_ASKED = phrase("not asked: {name} {rdtype}")
TOO_MANY_QUESTIONS = phrase("more than {count} questions")
DNS_FAILED = phrase("DNS {outcome} for {name} {rdtype}")
VOIDS = phrase("Void lookup limit of {count} exceeded")
OPEN_QUESTION = phrase("{grade}, {n} question open")
OPEN_QUESTIONS = phrase("{grade}, {n} questions open")
PORT_BLOCKED = phrase("port {port} is blocked from here: no host of two operators answered")
CHECKED = phrase("checked {date}")
SECOND_FAILED = phrase("checkdmarc failed: {fault}")

TEMPLATES = (
    NO_ANSWER,
    SILENT,
    UNREADABLE,
    NO_NAME_FOR_DNS,
    NOBODY_LISTENS,
    NO_TLS,
    NO_STREAM,
    NO_TCP,
    HUNG_UP,
    NO_AUTHORITIES,
    HTTP_STATUS,
    REFERRAL,
    RCODE,
    EXTENDED,
    NO_DS_PROOF,
    SILENT_ABOUT,
    ANSWERS_WITH,
    ROOT_KEYS,
    NO_SIGNATURE,
    SIGNATURE_EXPIRED,
    SIGNATURE_EARLY,
    SIGNATURE_OTHER_KEY,
    SIGNATURE_WRONG,
    EHLO_REFUSED,
    STARTTLS_REFUSED,
    HANDSHAKE,
    NOT_SMTP,
    NOT_FINISHED,
    NOT_ASKED,
    TOO_MANY_QUESTIONS,
    DNS_FAILED,
    VOIDS,
    OPEN_QUESTION,
    OPEN_QUESTIONS,
    PORT_BLOCKED,
    CHECKED,
    SECOND_FAILED,
)

JOINTS = ("{head}; {tail}", "{head}, {tail}", "{head}: {tail}")
"""How reasons are put together; nothing in them is to be translated."""

OUTCOMES = (phrase("timeout"), phrase("refused"), phrase("servfail"), phrase("unasked"))
"""The words of `Outcome` that stand in a sentence where an answer has no detail."""


def kept(template: str, **values: object) -> str:
    """A text as it is kept: in English."""
    return Message(template, values).english()


def retold(text: str) -> str:
    """A kept text in the language in use; what nobody translated stays as it is. Never raises."""
    return text if spoken() is None else str(as_message(text))


def as_message(text: str, depth: int = DEPTH) -> Message:
    """A kept text as the message it once was, to be said in whatever language is in use then."""
    for template in TEMPLATES if depth else ():
        match = _pattern(template).fullmatch(text)
        if match:
            return Message(template, {k: _value(v, depth) for k, v in match.groupdict().items()})
    if translated(text) != text:
        return Message(printable(text))
    for joint in JOINTS if depth else ():
        head, found, tail = text.partition(joint.partition("}")[2].partition("{")[0])
        if found and head and tail:
            return Message(joint, {"head": as_message(head, depth - 1), "tail": as_message(tail, depth - 1)})
    return Message(printable(text))


def _value(text: str, depth: int) -> object:
    number = text.isascii() and text.isdecimal() and str(int(text[:9])) == text
    return int(text) if number else as_message(text, depth - 1)


@cache
def _pattern(template: str) -> re.Pattern[str]:
    parts = [
        re.escape(before) + (f"(?P<{name}>.+?)" if name else "")
        for before, name, _, _ in string.Formatter().parse(template)
    ]
    return re.compile("".join(parts), re.DOTALL)
