"""MTA-STS records and policy files as values (RFC 8461 sections 3.1 and 3.2)."""

from __future__ import annotations

import re
from functools import lru_cache

from mailsetup.model.mail_records import StsMode, StsPolicy, StsRecord
from mailsetup.model.message import say
from mailsetup.model.parsed import Fault, Parsed

from .tag_list import BLANKS, TagList, tag_list
from .tls_rpt import blank_faults, extension_faults

RECORDS_REMEMBERED = 256
POLICY_OCTETS_LIMIT = 65_536  # RFC 8461 section 3.3 advises to cap what is read
LINES_LIMIT = 1000
MAX_AGE_LIMIT = 31_557_600  # seconds: a year, RFC 8461 section 3.2
RECORD = ("RFC 8461 section 3.1",)
POLICY = ("RFC 8461 section 3.2",)
_VERSION = re.compile(r"v=STSv1[ \t]*(?:;|\Z)")
_ID = re.compile(r"[A-Za-z0-9]{1,32}\Z")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,31}\Z")
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_VALUE = re.compile(r"[^\x00-\x1f\x7f]+\Z")
_MX = re.compile(rf"(?:\*\.)?{_LABEL}(?:\.{_LABEL})*\Z")  # no dot at the end: RFC 5321 section 4.1.2 (Domain)


def is_sts(text: str) -> bool:
    """Whether a text begins with the version tag; others are passed over."""
    return _VERSION.match(text) is not None


@lru_cache(RECORDS_REMEMBERED)
def parse_sts(text: str) -> Parsed[StsRecord]:
    """The record in a text; the value is None if version or id are missing or wrong."""
    if not is_sts(text):
        return Parsed(None, (_fault(text, RECORD, "STS_TXT_VERSION", "the record begins with v=STSv1"),))
    listed = tag_list(text, fields=True, folded=False)
    faults = [f._replace(code="STS_TXT_SYNTAX", cites=RECORD) for f in listed.faults if f.code != "DUPLICATE"]
    faults += blank_faults(listed, text, "STS_TXT_SYNTAX", RECORD)
    faults += _second_id(listed)
    identity = listed.get("id")
    extensions = [tag for tag in listed.tags[1:] if tag.name != "id"]
    for tag in extensions:
        faults += extension_faults(tag, "STS_TXT_SYNTAX", RECORD)
    if identity is None or not _ID.match(identity.value):
        faults.append(_fault(text, RECORD, "STS_TXT_ID", "id= must be 1 to 32 letters or digits"))
        return Parsed(None, tuple(faults))
    value = StsRecord(identity.value, tuple((tag.name, tag.value) for tag in extensions))
    return Parsed(value, tuple(faults))


def _second_id(listed: TagList) -> list[Fault]:
    """A record has one id to compare with the one that is kept; no text says which of two counts."""
    told = say('the field "{name}" stands there twice, and no rule says which one counts', name="id")
    again = [tag for tag in listed.tags if tag.name == "id"][1:2]
    return [Fault(tag.span, told, RECORD, "STS_TXT_SYNTAX") for tag in again]


@lru_cache(RECORDS_REMEMBERED)
def parse_sts_policy(text: str) -> Parsed[StsPolicy]:
    """A policy file; the value is None if version, mode or max_age are missing or wrong. First values count."""
    faults: list[Fault] = []
    fields: dict[str, str] = {}
    mx: list[str] = []
    for name, value in _lines(text[:POLICY_OCTETS_LIMIT], faults):
        if name == "mx":
            if _MX.match(value):
                mx.append(value.lower())
            else:
                faults.append(_fault(text, POLICY, "STS_POLICY_MX", '"{mx}" is no host name', mx=value))
        else:
            fields.setdefault(name, value)
    mode = next((mode for mode in StsMode if mode == fields.get("mode")), None)
    age = fields.get("max_age", "")
    if fields.get("version") != "STSv1":
        faults.append(_fault(text, POLICY, "STS_POLICY_VERSION", "version: STSv1 is missing"))
    if mode is None:
        faults.append(_fault(text, POLICY, "STS_POLICY_MODE", "mode: must be enforce, testing or none"))
    if not re.fullmatch(r"[0-9]{1,10}", age) or int(age) > MAX_AGE_LIMIT:
        faults.append(_fault(text, POLICY, "STS_POLICY_MAX_AGE", "max_age: must be 0 to 31557600 seconds"))
    elif mode is not None and fields.get("version") == "STSv1":
        if mode is not StsMode.NONE and not mx:
            faults.append(
                _fault(text, POLICY, "STS_POLICY_MX", "mode {mode} needs at least one mx:", mode=mode)
            )
        known = ("version", "mode", "max_age")
        extensions = tuple((n, v) for n, v in fields.items() if n not in known)
        return Parsed(StsPolicy(mode, int(age), tuple(mx), extensions), tuple(faults))
    return Parsed(None, tuple(faults))


def policy_lines(text: str) -> tuple[tuple[str, str], ...]:
    """The ``name: value`` lines of a policy file as written, second ones of a name too."""
    return tuple(_lines(text[:POLICY_OCTETS_LIMIT], []))


def mx_matches(pattern: str, exchange: str) -> bool:
    """Whether a pattern of a policy covers an exchange; ``*.`` stands for exactly one label (section 4.1)."""
    if pattern.startswith("*."):
        return pattern[2:] == exchange.partition(".")[2]
    return pattern == exchange


def is_mx_pattern(value: str) -> bool:
    """Whether a value can be that of ``mx:``."""
    return _MX.match(value) is not None


def _lines(text: str, faults: list[Fault]) -> list[tuple[str, str]]:
    pairs = []
    lines = text.replace("\r\n", "\n").removesuffix("\n").split("\n")[:LINES_LIMIT]
    if "" in lines and text:
        told = "line {line} is empty"
        faults.append(_fault(text, POLICY, "STS_POLICY_EMPTY_LINE", told, line=lines.index("") + 1))
    for line in lines:
        if not line:
            continue
        name, colon, rest = line.partition(":")
        value = rest.strip(BLANKS)
        if not colon or not _NAME.match(name) or not _VALUE.match(value):
            faults.append(
                _fault(text, POLICY, "STS_POLICY_SYNTAX", '"{line}" is not "name: value"', line=line[:80])
            )
        else:
            pairs.append((name, value))
    return pairs


def _fault(text: str, cites: tuple[str, ...], code: str, template: str, **values: object) -> Fault:
    return Fault((0, min(len(text), 80)), say(template, **values), cites, code)
