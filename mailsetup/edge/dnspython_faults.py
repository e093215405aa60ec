"""What dnspython has against a record or a name, in sentences of ours: its own words are never shown."""

from __future__ import annotations

import re

from mailsetup.model.message import Message, phrase, say
from mailsetup.model.names import printable
from mailsetup.model.patterns import late


def record_fault(fault: Exception | str) -> Message:
    """Why a record cannot be read; where no more is known, that its data do not fit its type."""
    said = re.sub(r"^.*?:\d+: ", "", str(fault), count=1, flags=re.DOTALL)
    said = re.sub(r"caught exception <class '[\w.]+'>: ?", "", said).strip().removesuffix(".").strip()
    known = _WORDS.get(said)
    if known:
        return Message(known)
    for pattern, template in _PATTERNS:
        if match := pattern.fullmatch(said):
            return say(template, word=printable(match[1])[:60], most=_most(match))
    return Message(_MISFIT)


def name_fault(fault: Exception | str) -> Message:
    """Why a text is no domain name."""
    said = str(fault).strip().removesuffix(".")
    return Message(_NAMES.get(said, phrase("not a domain name")))


def _most(match: re.Match[str]) -> int:
    """The largest number of as many bits as the fault names."""
    bits = match.groupdict().get("bits")
    return 2 ** int(bits) - 1 if bits else 0


_MISFIT = phrase("the record's data does not fit its type")
_EARLY = phrase("the record ends too early; its data or a closing quote is missing")
_NO_RECORD = phrase("this is not a record (name, TTL, class, type, data)")
_HEX = phrase("what should be hexadecimal digits, two an octet, is something else or one short")
_BASE64 = phrase("what should be Base64 is something else or cut short")
_ADDRESS = phrase("an address is wanted here; this is none")
_GENERATE = phrase("$GENERATE wants a range such as 1-20, a name, a type and data")

_NAMES = {
    "A DNS label is > 63 octets long": phrase("a label is longer than 63 octets"),
    "A DNS name is > 255 octets long": phrase("the name is longer than 255 octets"),
    "A DNS label is empty": phrase("an empty label: two dots follow each other, or one begins the name"),
    "An escaped code in a text format of DNS name is invalid": phrase(
        "what is escaped with a backslash is no octet (three digits up to 255, or one character)"
    ),
}

_WORDS = {
    **_NAMES,
    "": _NO_RECORD,
    "None": _NO_RECORD,
    "the last used name is undefined": _NO_RECORD,
    "Text input is malformed": _MISFIT,
    "DNS message is malformed": _MISFIT,
    "Text input ended unexpectedly": _EARLY,
    "expecting another identifier": _EARLY,
    "expecting a string": _EARLY,
    "unbalanced parentheses": phrase('a "(" is never closed'),
    "newline in quoted string": phrase("a quoted text is not closed on its line"),
    "expecting an identifier": phrase("the record's data is missing or is quoted where it must not be"),
    "expecting an integer": phrase("a number is missing"),
    "string too long": phrase("a quoted text has more than 255 characters; cut it into several quoted texts"),
    "RR class is not zone's class": phrase("only records of class IN are read"),
    "Odd-length string": _HEX,
    "Non-hexadecimal digit found": _HEX,
    "Incorrect padding": _BASE64,
    "Only base64 data is allowed": _BASE64,
    "Excess data after padding": _BASE64,
    "Leading padding not allowed": _BASE64,
    "Discontinuous padding not allowed": _BASE64,
    "not an IPv4 address": _ADDRESS,
    "not an IPv6 address": _ADDRESS,
    "bad $TTL": phrase("$TTL wants a number of seconds"),
    "invalid $GENERATE modifier": _GENERATE,
    "$GENERATE width is too large": _GENERATE,
    "negative $GENERATE value in nibble mode": _GENERATE,
    "no stop value specified": _GENERATE,
    "start must be <= stop": _GENERATE,
    "generic rdata hex data has wrong length": phrase(
        "the number after \\# is not the number of octets that follow"
    ),
}

_PATTERNS: tuple[tuple[re.Pattern[str], str], ...] = (
    (
        late(r'expected EOL or EOF, got \d+ "(.*)"', re.DOTALL),
        phrase('more stands behind the record: "{word}"'),
    ),
    (
        late(r"unknown rdatatype '(.*)'", re.DOTALL),
        phrase('"{word}" is not a record type; check the columns and the quotes'),
    ),
    (
        late(r"(\d+) is not an unsigned (?P<bits>8|16|32|48)-bit integer"),
        phrase("{word} is more than {most}, the largest number there can be here"),
    ),
    (
        late(r"(?:Unknown )?zone file directive '(.*?)'(?: is not allowed)?", re.DOTALL),
        phrase("{word} is no directive; $ORIGIN, $TTL, $INCLUDE and $GENERATE are"),
    ),
    (late(r"((?:DNS )?TTL .*)", re.DOTALL), phrase("what stands here is not a time to live (TTL)")),
)


def let_interrupts_through(fault: BaseException) -> None:
    """
    Raises the Ctrl-C that stands behind a fault of dnspython's.

    Its `ExceptionWrapper` takes whatever interrupts the reading of a record for a fault of the record.
    """
    behind: BaseException | None = fault
    while behind is not None:
        if isinstance(behind, KeyboardInterrupt):
            raise behind from None
        behind = behind.__cause__ or behind.__context__
