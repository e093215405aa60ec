"""What trusted hosts wrote into a letter (Authentication-Results, RFC 8601), beside what was found here."""

from __future__ import annotations

import re
from typing import NamedTuple

from .arc import ArcResult
from .dkim import DkimResult
from .dmarc import DmarcResult
from .fields import RawMessage
from .trace import trusts

FIELD_LIMIT = 50
CLAIM_LIMIT = 200
TEXT_LIMIT = 20_000
COMPARED = ("dkim", "spf", "dmarc", "arc")

_RESULT = re.compile(r"\s*([A-Za-z0-9-]+)(?:\s*/\s*[0-9]+)?\s*=\s*([A-Za-z0-9-]+)")
_PROPERTY = re.compile(
    r"([A-Za-z0-9-]{1,40}\s?\.\s?[A-Za-z0-9_.-]{1,80}|reason)\s*=\s*(\"(?:[^\"\\]|\\.)*\"|[^\s;]+)"
)


class Claim(NamedTuple):
    """One result that a host claims: its authserv-id, method, the result's word, and properties such as header.d."""

    host: str
    method: str
    result: str
    properties: tuple[tuple[str, str], ...] = ()

    def property(self, name: str) -> str:
        """A property's value, ``""`` if it is not given."""
        return next((value for key, value in self.properties if key == name), "")


class Comparison(NamedTuple):
    """A claim beside what was found here; ``found`` is ``""`` where nothing here compares with it."""

    claim: Claim
    found: str

    @property
    def agrees(self) -> bool:
        """Whether both are the same, or cannot be compared."""
        return not self.found or self.found == self.claim.result or self.found == "temperror"


def claims(message: RawMessage, trusted: tuple[str, ...]) -> tuple[Claim, ...]:
    """The claims of trusted hosts, top first; those of anybody else are not read."""
    found: list[Claim] = []
    for field in message.all("authentication-results")[:FIELD_LIMIT]:
        host, _, rest = without_comments(field.text[:TEXT_LIMIT]).partition(";")
        words = host.split()
        if words and trusts(trusted, words[0].strip('"')):
            found += _claims(words[0].strip('"').lower(), rest)
    return tuple(found[:CLAIM_LIMIT])


def _claims(host: str, text: str) -> list[Claim]:
    found = []
    for piece in text.split(";"):
        match = _RESULT.match(piece)
        if match is not None:
            pairs = (
                (m[1].replace(" ", "").lower(), m[2].strip('"'))
                for m in _PROPERTY.finditer(piece, match.end())
            )
            found.append(Claim(host, match[1].lower(), match[2].lower(), tuple(pairs)))
    return found


def without_comments(text: str) -> str:
    """A structured field's text without its comments (RFC 5322 section 3.2.2)."""
    out: list[str] = []
    depth, quoted, skip = 0, False, False
    for char in text:
        if skip:
            skip = False
            if not depth:
                out.append(char)
            continue
        if char == "\\" and (depth or quoted):
            skip = True
        elif char == '"' and not depth:
            quoted = not quoted
        elif char == "(" and not quoted:
            depth += 1
            continue
        elif char == ")" and depth:
            depth -= 1
            continue
        if not depth:
            out.append(char)
    return "".join(out)


def compared(
    found: tuple[Claim, ...],
    spf: str,
    dkim: tuple[DkimResult, ...],
    dmarc: tuple[DmarcResult, ...],
    arc: ArcResult,
) -> tuple[Comparison, ...]:
    """Each claim about DKIM, SPF, DMARC and ARC beside the result here."""
    rows = []
    for claim in found:
        if claim.method not in COMPARED:
            continue
        if claim.method == "spf":
            here = spf
        elif claim.method == "arc":
            here = arc.result
        elif claim.method == "dmarc":
            here = _dmarc(claim, dmarc)
        else:
            here = _dkim(claim, dkim)
        rows.append(Comparison(claim, here))
    return tuple(rows)


def _dmarc(claim: Claim, dmarc: tuple[DmarcResult, ...]) -> str:
    domain = claim.property("header.from").lower()
    return next((one.result for one in dmarc if not domain or one.domain == domain), "")


def _dkim(claim: Claim, dkim: tuple[DkimResult, ...]) -> str:
    """The result of the signature that is meant: by its domain, selector and the beginning of ``b=``."""
    if not dkim:
        return "none"
    domain = claim.property("header.d").lower() or claim.property("header.i").rpartition("@")[2].lower()
    selector = claim.property("header.s")
    meant = [
        one
        for one in dkim
        if (not domain or domain in (one.domain, one.signature.identity))
        and (not selector or selector == one.selector)
    ]
    words = {one.result for one in meant}
    return claim.result if claim.result in words else min(words, default="")
