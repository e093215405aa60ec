"""
DMARC policy records as values, read as RFC 9989 says and as RFC 7489 said.

A text is a DMARC record only if it begins with the version tag in exactly its case; everything
after it is read leniently: broken pieces fall back to their defaults or are ignored (RFC 9989
section 4.8), and each is a fault.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache
from typing import Final

from mailsetup.model.mail_records import Alignment, DmarcRecord, Policy, Psd, ReportUri
from mailsetup.model.message import Message, say
from mailsetup.model.parsed import Fault, Parsed

from .tag_list import Tag, TagList, tag_list

RECORDS_REMEMBERED: Final = 1024
URI_LIMIT: Final = 100  # URIs read from one tag; no receiver sends to as many (RFC 9990 section 4)
RETIRED: Final = ("pct", "rf", "ri")  # RFC 9989 appendix C
TAGS: Final = "RFC 9989 section 4.7"
FORM: Final = "RFC 9989 section 4.8"
DISCOVERY: Final = "RFC 9989 section 4.10.1"

_VERSION: Final = re.compile(r"[vV][ \t]*=[ \t]*DMARC1[ \t]*(?:;|\Z)")
_VERSION_LIKE: Final = re.compile(r"v\s*=\s*[\"']?\s*dmarc", re.IGNORECASE)
_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_URI_BODY = re.compile(r"(?:[A-Za-z0-9._~:/?#\[\]@$&'()*+=-]|%[0-9A-Fa-f]{2})+\Z")  # RFC 3986, without , ; !
_SIZE: Final = re.compile(r"[0-9]{1,19}[kmgtKMGT]?\Z")  # RFC 7489 section 6.4; what fits in 64 bits
_LOCAL = r"[^@./?#\[\]:()]+"  # a dot-atom's piece; / ? # [ ] : ( ) are percent-encoded (RFC 6068 section 2)
_LABEL: Final = r"[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9])?"
_MAILBOX: Final = re.compile(rf"{_LOCAL}(?:\.{_LOCAL})*@(?=.*[A-Za-z]){_LABEL}(?:\.{_LABEL})*\Z")
_FIELDS = re.compile(r"[^?]*(?:\?[^=&]*=[^=&]*(?:&[^=&]*=[^=&]*)*)?\Z")  # hfields of RFC 6068 section 2
_BARE_ADDRESS: Final = re.compile(r"[^@:\s]+@[^@:\s]+\Z")
_NUMBER: Final = re.compile(r"[0-9]{1,10}\Z")
_LINE_BREAK: Final = re.compile(r"[\r\n]+[^;]{0,40}")  # with what stands behind it
UINT32: Final = 2**32 - 1


def is_dmarc(text: str) -> bool:
    """Whether a text begins with the version tag of DMARC; others are passed over (RFC 9989 section 4.10)."""
    return _VERSION.match(text) is not None


def near_miss(text: str) -> str:
    """
    The rulebook's code for a text that was meant as a DMARC record but is none; ``""`` for any other text.
    """
    if is_dmarc(text):
        return ""
    stripped = text.strip().strip("\"'").strip()
    if is_dmarc(stripped) and text[:1].isspace():
        return "DMARC_LEADING_SPACE"
    return "DMARC_VERSION_FIRST" if _VERSION_LIKE.search(text[:512]) else ""


@lru_cache(RECORDS_REMEMBERED)
def parse_dmarc(text: str) -> Parsed[DmarcRecord]:
    """
    The record in a text by RFC 9989.

    The value is None only if the text is no DMARC record at all. A record that asks for no processing
    has a value whose ``applies`` is false: it is found, and it still ends a tree walk.
    """
    if not is_dmarc(text):
        return Parsed(None, (_no_version(text),))
    listed = tag_list(text, fold_case=True)
    faults = _list_faults(listed, text)
    fields: dict[str, object] = {}
    firsts: dict[str, Tag] = {}
    unknown: list[tuple[str, str]] = []
    retired: list[tuple[str, str]] = []
    for tag in listed.tags[1:]:
        if tag.name in firsts or tag.name == "v":
            continue
        firsts[tag.name] = tag
        if tag.name in RETIRED:
            retired.append((tag.name, tag.value))
        elif tag.name in _READERS:
            _READERS[tag.name](tag, fields, faults)
        else:
            unknown.append((tag.name, tag.value))
            if not tag.value:
                message = say('the tag "{name}" has no value', name=tag.name)
                faults.append(Fault(tag.span, message, (FORM,), "DMARC_SYNTAX"))
    record = DmarcRecord(retired=tuple(retired), unknown=tuple(unknown), **fields)  # type: ignore[arg-type]
    return Parsed(_with_policy(record, firsts, faults, len(text)), tuple(faults))


def _no_version(text: str) -> Fault:
    code = near_miss(text) or "DMARC_VERSION_FIRST"
    message = (
        say("a DMARC record begins with v=DMARC1; this one begins with white space")
        if code == "DMARC_LEADING_SPACE"
        else say("a DMARC record begins with v=DMARC1, in exactly these letters, and a semicolon")
    )
    return Fault((0, min(len(text), 10)), message, (TAGS,), code)


def _list_faults(listed: TagList, text: str) -> list[Fault]:
    faults = []
    broken = _LINE_BREAK.search(text)
    if broken is not None:
        message = say("a line break stands in the record; between tags are blanks and tabs only")
        faults.append(Fault(broken.span(), message, (FORM,), "DMARC_SYNTAX"))
    for fault in listed.faults:
        code = "DMARC_DUP_TAG" if fault.code == "DUPLICATE" else "DMARC_SYNTAX"
        faults.append(fault._replace(code=code, cites=(*fault.cites, FORM)))
    return faults


def _with_policy(record: DmarcRecord, firsts: dict[str, Tag], faults: list[Fault], end: int) -> DmarcRecord:
    """The rule of RFC 9989 section 4.10.1 for a missing or invalid ``p``, ``sp`` or ``np``."""
    codes = {fault.code for fault in faults}
    if "p" not in firsts:
        usable = bool(record.aggregate_reports)
        code = "DMARC_P_MISSING" if usable else "DMARC_P_MISSING_NO_RUA"
        faults.append(Fault((0, end), say("there is no policy (p=)"), (TAGS, DISCOVERY), code))
        codes.add(code)
    if not codes & {"DMARC_P_MISSING", "DMARC_P_MISSING_NO_RUA", "DMARC_P_INVALID", "DMARC_SP_INVALID"}:
        return record
    policy = Policy.NONE if record.aggregate_reports else None
    return replace(record, policy=policy, subdomain_policy=None, nonexistent_policy=None)


def _policy_tag(tag: Tag, fields: dict[str, object], faults: list[Fault]) -> None:
    field = {"p": "policy", "sp": "subdomain_policy", "np": "nonexistent_policy"}[tag.name]
    try:
        fields[field] = Policy(tag.value.lower())
    except ValueError:
        code = "DMARC_P_INVALID" if tag.name == "p" else "DMARC_SP_INVALID"
        faults.append(_bad(tag, code, say("none, quarantine or reject"), TAGS, DISCOVERY))


def _alignment_tag(tag: Tag, fields: dict[str, object], faults: list[Fault]) -> None:
    try:
        alignment = Alignment(tag.value.lower())
    except ValueError:
        faults.append(_bad(tag, "DMARC_ADKIM_INVALID", say("r (relaxed) or s (strict)"), TAGS))
        return
    fields["dkim_alignment" if tag.name == "adkim" else "spf_alignment"] = alignment


def _testing_tag(tag: Tag, fields: dict[str, object], faults: list[Fault]) -> None:
    if tag.value.lower() in ("y", "n"):
        fields["testing"] = tag.value.lower() == "y"
    else:
        faults.append(_bad(tag, "DMARC_T_INVALID", say("y or n"), TAGS))


def _psd_tag(tag: Tag, fields: dict[str, object], faults: list[Fault]) -> None:
    try:
        fields["psd"] = Psd(tag.value.lower())
    except ValueError:
        faults.append(_bad(tag, "DMARC_PSD_INVALID", say("y, n or u"), TAGS))


def _options_tag(tag: Tag, fields: dict[str, object], faults: list[Fault]) -> None:
    letters = tuple(letter.strip().lower() for letter in tag.value.split(":"))
    allowed = set(letters) <= {"0", "1", "d", "s"} and not {"0", "1"} <= set(letters)
    if allowed and len(set(letters)) == len(letters):
        fields["failure_options"] = letters
    else:
        faults.append(
            _bad(tag, "DMARC_FO_INVALID", say("0 or 1, d, s, each once, between colons"), TAGS, FORM)
        )


def _reports_tag(tag: Tag, fields: dict[str, object], faults: list[Fault]) -> None:
    uris: list[ReportUri] = []
    at = tag.value_span[0]
    for piece in tag.value.split(",", URI_LIMIT)[:URI_LIMIT]:
        written = piece.strip()
        start = at + len(piece) - len(piece.lstrip())
        _report_uri(tag.name, written, (start, start + len(written)), uris, faults)
        at += len(piece) + 1
    fields["aggregate_reports" if tag.name == "rua" else "failure_reports"] = tuple(uris)


def _report_uri(
    name: str, written: str, span: tuple[int, int], uris: list[ReportUri], faults: list[Fault]
) -> None:
    uri, bang, limit = written.partition("!")
    if not _is_report_uri(uri) or (bang and not _SIZE.match(limit)):
        replacement = f"mailto:{written}" if _BARE_ADDRESS.match(written) else None
        faults.append(
            Fault(
                span,
                say('"{uri}" in {tag} is not an address for reports', uri=written, tag=name),
                ("RFC 9989 section 4.6", FORM),
                "DMARC_RUA_SYNTAX",
                replacement,
            )
        )
        return
    if bang:
        text = say('the size limit in "{uri}" no longer counts', uri=written)
        faults.append(
            Fault(
                (span[0] + len(uri), span[1]),
                text,
                (FORM, "RFC 9989 appendix C.4"),
                "DMARC_RUA_SIZE_SUFFIX",
                "",
            )
        )
    if uri[:7].lower() != "mailto:":
        text = say('"{uri}" is not a mailto: address; only those are sure to be used', uri=uri)
        faults.append(Fault(span, text, (TAGS,), "DMARC_RUA_SCHEME"))
    uris.append(ReportUri(uri, limit))


def _is_report_uri(uri: str) -> bool:
    if not (_SCHEME.match(uri) and _URI_BODY.match(uri)):
        return False
    report = ReportUri(uri)
    return is_mailto(report) if report.scheme == "mailto" else uri[-1] != ":"


def is_mailto(report: ReportUri) -> bool:
    """Whether a ``mailto:`` URI is one that mail can be sent to (RFC 6068 section 2)."""
    return _MAILBOX.match(report.address) is not None and _FIELDS.match(report.uri) is not None


def _bad(tag: Tag, code: str, allowed: Message, *cites: str) -> Fault:
    text = say(
        "{tag}={value} is not allowed; {tag} is {allowed}", tag=tag.name, value=tag.value, allowed=allowed
    )
    return Fault(tag.span, text, cites, code)


_READERS: Final = {
    "p": _policy_tag,
    "sp": _policy_tag,
    "np": _policy_tag,
    "adkim": _alignment_tag,
    "aspf": _alignment_tag,
    "t": _testing_tag,
    "psd": _psd_tag,
    "fo": _options_tag,
    "rua": _reports_tag,
    "ruf": _reports_tag,
}

_LATER_CODES: Final = {"DMARC_T_INVALID", "DMARC_PSD_INVALID", "DMARC_RUA_SIZE_SUFFIX"}


@lru_cache(RECORDS_REMEMBERED)
def read_as_7489(text: str) -> Parsed[DmarcRecord]:
    """
    The same record as a reader of RFC 7489 takes it, faults by its strict grammar.

    ``np``, ``t`` and ``psd`` are unknown to it, pct, rf and ri count and are checked, ``p`` stands right after
    ``v`` (section 6.3) and a tag that stands there twice spoils the whole (RFC 6376 section 3.2).
    """
    new = parse_dmarc(text)
    if new.value is None:
        return new
    listed = tag_list(text, fold_case=True)
    firsts = {tag.name: tag for tag in reversed(listed.tags)}
    faults = [fault for fault in new.faults if not _is_newer(fault, firsts)]
    faults += _faults_7489(listed, firsts)
    later = [(n, firsts[n].value) for n in ("np", "t", "psd") if n in firsts]
    record = replace(
        new.value,
        nonexistent_policy=None,
        testing=False,
        psd=Psd.UNKNOWN,
        unknown=(*new.value.unknown, *later),
    )
    if record.policy is None or (record.policy is Policy.NONE and not new.valid):
        record = _policy_7489(record, firsts)
    duplicate = any(fault.code == "DMARC_DUP_TAG" for fault in faults)
    return Parsed(None if duplicate else record, tuple(faults))


def _is_newer(fault: Fault, firsts: dict[str, Tag]) -> bool:
    if fault.code == "DMARC_FO_INVALID":  # RFC 7489 section 6.3 lets 0 and 1 stand together
        letters = [letter.strip().lower() for letter in firsts["fo"].value.split(":")]
        return set(letters) <= {"0", "1", "d", "s"}
    if fault.code == "DMARC_SP_INVALID":
        return "np" in firsts and fault.span == firsts["np"].span
    return fault.code in _LATER_CODES


def _policy_7489(record: DmarcRecord, firsts: dict[str, Tag]) -> DmarcRecord:
    """RFC 7489 section 6.6.3 step 6: the same rule as today's, blind to ``np``."""
    values = {name: firsts[name].value.lower() for name in ("p", "sp") if name in firsts}
    if "p" in values and all(value in set(Policy) for value in values.values()):
        subdomains = Policy(values["sp"]) if "sp" in values else None
        return replace(record, policy=Policy(values["p"]), subdomain_policy=subdomains)
    return record


def _faults_7489(listed: TagList, firsts: dict[str, Tag]) -> list[Fault]:
    faults = []
    second = listed.tags[1] if len(listed.tags) > 1 else None
    if "p" in firsts and second is not None and second.name != "p":
        text = say("older receivers want p= right after v=DMARC1")
        faults.append(Fault(firsts["p"].span, text, ("RFC 7489 section 6.3",), "DMARC_P_NOT_SECOND"))
    for name, most in (("pct", 100), ("ri", UINT32)):
        tag = firsts.get(name)
        if tag is not None and not (_NUMBER.match(tag.value) and int(tag.value) <= most):
            faults.append(_old(tag, say("a number from 0 to {most}", most=most)))
    formats = firsts.get("rf")
    if formats is not None and any(f.strip().lower() != "afrf" for f in formats.value.split(":")[:1]):
        faults.append(_old(formats, Message("afrf")))
    return faults


def _old(tag: Tag, allowed: Message) -> Fault:
    return _bad(tag, "DMARC_RETIRED_INVALID", allowed, "RFC 7489 section 6.3")
