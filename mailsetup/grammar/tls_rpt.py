"""TLS reporting records as values (RFC 8460 section 3)."""

from __future__ import annotations

import re
from functools import lru_cache

from mailsetup.model.mail_records import ReportUri, TlsRptRecord
from mailsetup.model.message import say
from mailsetup.model.parsed import Fault, Parsed
from mailsetup.model.patterns import late

from .bimi import HOST
from .dmarc import is_mailto
from .tag_list import BLANKS, Tag, TagList, tag_list

RECORDS_REMEMBERED = 256
CITES = ("RFC 8460 section 3",)
_VERSION = late(r"v=TLSRPTv1[ \t]*(?:;|\Z)")
_EXTENSION_VALUE = late(r"[\x21-\x3a\x3c\x3e-\x7e]+\Z")
_HTTPS = late(rf"https://(?:[^/?#@]*@)?{HOST}(?::[0-9]{{1,5}})?(?:[/?#]|\Z)", re.IGNORECASE)
_CHARACTERS = late(r"(?:[A-Za-z0-9._~:/?#\[\]@$&'()*+=-]|%[0-9A-Fa-f]{2})+\Z")


def is_tls_rpt(text: str) -> bool:
    """Whether a text begins with the version tag; others are passed over."""
    return _VERSION.match(text) is not None


@lru_cache(RECORDS_REMEMBERED)
def parse_tls_rpt(text: str) -> Parsed[TlsRptRecord]:
    """The record in a text; the value is None if there is no version or no address for reports."""
    if not is_tls_rpt(text):
        return Parsed(
            None, (_fault(0, min(len(text), 12), "TLSRPT_VERSION", "the record begins with v=TLSRPTv1"),)
        )
    listed = _fields(text)
    faults = [f._replace(code="TLSRPT_SYNTAX", cites=CITES) for f in listed.faults if f.code != "DUPLICATE"]
    faults += blank_faults(listed, text, "TLSRPT_SYNTAX", CITES)
    uris: list[ReportUri] = []
    extensions: list[tuple[str, str]] = []
    for tag in listed.tags[1:]:
        if tag.name != "rua":
            extensions.append((tag.name, tag.value))
            faults += extension_faults(tag, "TLSRPT_SYNTAX", CITES)
    for tag, _, uri in report_addresses(text):
        if not uri:
            faults.append(_fault(*tag.span, "TLSRPT_SYNTAX", "there is no address beside a comma of rua="))
        elif is_report_uri(uri):
            uris.append(ReportUri(uri))
        else:
            faults.append(_fault(*tag.span, "TLSRPT_URI", '"{uri}" is neither mailto: nor https:', uri=uri))
    if not uris:
        faults.append(_fault(0, len(text), "TLSRPT_RUA_MISSING", "there is no address for reports (rua=)"))
        return Parsed(None, tuple(faults))
    return Parsed(TlsRptRecord(tuple(uris), tuple(extensions)), tuple(faults))


def _fields(text: str) -> TagList:
    """The fields of a record with their places."""
    return tag_list(text, fields=True, folded=False)


def report_addresses(text: str) -> list[tuple[Tag, int, str]]:
    """What stands between the commas of every rua=, each with its field and its number there; a record may have several."""
    return [
        (tag, number, piece.strip(BLANKS))
        for tag in _fields(text).tags
        if tag.name == "rua"
        for number, piece in enumerate(tag.value.split(","))
    ]


def is_report_uri(uri: str) -> bool:
    """Whether a sender can deliver a report there: a mail address, or an https address with a host."""
    report = ReportUri(uri)
    sound = is_mailto(report) if report.scheme == "mailto" else _HTTPS.match(uri) is not None
    return sound and is_spelt_well(uri)


def is_spelt_well(uri: str) -> bool:
    """Whether a URI holds none of the characters that must be percent-encoded in a record."""
    return _CHARACTERS.match(uri) is not None


def blank_faults(listed: TagList, text: str, code: str, cites: tuple[str, ...]) -> list[Fault]:
    """Blanks around "=", which neither RFC 8460 nor RFC 8461 allows; the version tag is read before."""
    return [
        Fault(tag.span, say('there is a blank beside the "=" of "{name}"', name=tag.name), cites, code)
        for tag in listed.tags[1:]
        if tag.value and not text.startswith(f"{tag.name}={tag.value}", tag.start)
    ]


def extension_faults(tag: Tag, code: str, cites: tuple[str, ...]) -> list[Fault]:
    """What is wrong with an extension field; its grammar is the same in RFC 8460 and RFC 8461."""
    if _EXTENSION_VALUE.match(tag.value):
        return []
    return [Fault(tag.span, say('the field "{name}" is not well formed', name=tag.name), cites, code)]


def _fault(start: int, end: int, code: str, template: str, **values: object) -> Fault:
    return Fault((start, end), say(template, **values), CITES, code)
