"""
Snapshots as JSON (``mailsetup/snapshot/1``), both ways.

The form is made for people to read and compare (one answer a line, sorted) and loses nothing: what
is read back equals what was written, so that a replayed run gives the same verdicts byte for byte.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from enum import StrEnum
from ipaddress import ip_address
from typing import Any, NamedTuple, TypeVar, cast

from mailsetup._version import __version__
from mailsetup.model.dns import (
    CAA,
    DNSKEY,
    DS,
    MX,
    NAME_TYPES,
    SOA,
    SRV,
    TLSA,
    TXT,
    Answer,
    DnsAnswer,
    DnsQuestion,
    DnssecAnswer,
    DnssecQuestion,
    DnssecStatus,
    Opaque,
    Outcome,
    Question,
    Rdata,
    SmtpAnswer,
    SmtpQuestion,
    WebAnswer,
    WebQuestion,
    present,
    quoted,
)
from mailsetup.model.errors import InputError
from mailsetup.model.message import Message, say
from mailsetup.model.names import printable
from mailsetup.model.reader_faults import reader_fault
from mailsetup.model.snapshot import Snapshot

SCHEMA = "mailsetup/snapshot/1"
PORT_MOST = 65535
STATUS_MOST = 999  # of HTTP
YEARS = range(1971, 9000)  # what lies beyond cannot be counted from in days

_Word = TypeVar("_Word", bound=StrEnum)

_SHAPES: dict[str, Any] = {
    "MX": MX, "TXT": TXT, "SOA": SOA, "SRV": SRV, "CAA": CAA, "TLSA": TLSA, "DS": DS, "DNSKEY": DNSKEY,
}  # fmt: skip
_TEXT_TYPES = NAME_TYPES | {"A", "AAAA"}


def snapshot_text(snapshot: Snapshot) -> str:
    """A snapshot as JSON: sorted, one answer a line, the same text for the same answers."""
    head = {
        "schema": SCHEMA,
        "domain": snapshot.domain,
        "as_of": snapshot.as_of,
        "tool": {"name": "mailsetup", "version": __version__},
        "origin": snapshot.origin,
        "scope": snapshot.scope,
    }
    lines = [f"  {json.dumps(key)}: {json.dumps(value, sort_keys=True)}," for key, value in head.items()]
    rows = sorted((_row(q, a) for q, a in snapshot.answers.items()), key=lambda row: row.order)
    answers = ",\n".join(f"    {json.dumps(row.body)}" for row in rows)
    return "{\n" + "\n".join(lines) + '\n  "answers": [' + (f"\n{answers}\n  " if rows else "") + "]\n}\n"


class _Row(NamedTuple):
    order: tuple[str, ...]
    body: dict[str, Any]


def _row(question: Question, answer: Answer) -> _Row:
    if isinstance(question, DnsQuestion) and isinstance(answer, DnsAnswer):
        body = _filled(name=question.name, rdtype=question.rdtype) | _filled(server=question.server)
        return _Row(("dns", *question), {"name": question.name} | body | _dns_body(question.rdtype, answer))
    if isinstance(question, WebQuestion) and isinstance(answer, WebAnswer):
        return _Row(("web", question.url), {"url": question.url} | _web_body(answer))
    if isinstance(question, SmtpQuestion) and isinstance(answer, SmtpAnswer):
        where = {"host": question.host, "port": question.port}
        return _Row(("smtp", question.host, f"{question.port:05}"), where | _smtp_body(answer))
    if isinstance(question, DnssecQuestion) and isinstance(answer, DnssecAnswer):
        where = {"validate": question.name, "rdtype": question.rdtype}
        return _Row(("dnssec", question.name, question.rdtype), where | _dnssec_body(answer))
    raise TypeError(f"not an answer to {question!r}: {answer!r}")


def _filled(**values: Any) -> dict[str, Any]:
    """Only what is not empty, so that a line shows what matters."""
    return {k: v for k, v in values.items() if v is not None and v is not False and v != "" and v != []}


def _dns_body(rdtype: str, answer: DnsAnswer) -> dict[str, Any]:
    return {"outcome": answer.outcome.value} | _filled(
        records=[_record(rdata, rdtype) for rdata in answer.records],
        chunks=_chunks(answer.records),
        aliases=list(answer.aliases),
        ttl=answer.ttl,
        authenticated=answer.authenticated,
        zone=answer.zone,
        server_asked=answer.server,
        detail=answer.detail,
    )


def _record(rdata: Rdata, rdtype: str) -> Any:
    """Presentation form where it reads back as the same record, else the fields themselves."""
    text = present(rdata, rdtype)
    joined = TXT.of(rdata.text) if type(rdata) is TXT else rdata
    try:
        if _parse_record(text, rdtype) == joined and type(rdata) is type(joined):
            return text
    except (ValueError, LookupError, TypeError):
        pass  # odd data of a known type
    if isinstance(rdata, str):
        return {"kind": "str", "fields": [rdata]}
    return {"kind": type(rdata).__name__, "fields": [_field(value) for value in rdata]}


def _field(value: Any) -> Any:
    if isinstance(value, bytes):
        return {"hex": value.hex()}
    return [_field(v) for v in value] if isinstance(value, tuple) else value


def _chunks(records: tuple[Rdata, ...]) -> list[list[str] | None]:
    """How TXT records are cut into strings, where that is not every 255 octets; else nothing."""
    cuts = [
        [quoted(chunk)[1:-1] for chunk in r.chunks] if type(r) is TXT and r != TXT.of(r.text) else None
        for r in records
    ]
    return cuts if any(cut is not None for cut in cuts) else []


def _web_body(answer: WebAnswer) -> dict[str, Any]:
    body: dict[str, Any] = {"outcome": answer.outcome.value} | _filled(
        status=answer.status or None, headers=[list(pair) for pair in answer.headers]
    )
    try:
        body |= _filled(body=answer.body.decode("utf-8"))
    except UnicodeDecodeError:
        body["body_base64"] = base64.b64encode(answer.body).decode("ascii")
    return body | _filled(
        truncated=answer.truncated, tls_fault=answer.tls_fault, detail=answer.detail, slow=answer.slow
    )


def _smtp_body(answer: SmtpAnswer) -> dict[str, Any]:
    return {"outcome": answer.outcome.value} | _filled(
        greeting=answer.greeting,
        extensions=list(answer.extensions),
        starttls=answer.starttls,
        tls_version=answer.tls_version,
        certificates=[base64.b64encode(der).decode("ascii") for der in answer.certificates],
        tls_fault=answer.tls_fault,
        detail=answer.detail,
    )


def _dnssec_body(answer: DnssecAnswer) -> dict[str, Any]:
    return {"outcome": answer.outcome.value} | _filled(
        status=answer.status.value if answer.status else None,
        zone=answer.zone,
        expires=answer.expires,
        detail=answer.detail,
    )


def several_text(snapshots: Sequence[Snapshot]) -> str:
    """Several snapshots as one JSON document."""
    body = ",\n".join(snapshot_text(one).rstrip("\n") for one in snapshots)
    return f'{{"schema": "{SCHEMA}", "snapshots": [\n{body}\n]}}\n'


# Reading.


def parse_snapshots(text: str, shown: str) -> list[Snapshot]:
    """
    All snapshots of a text: one document, ``{"snapshots": [...]}``, or one document a line.

    ``shown`` names the file in messages. Raises `InputError` (file, and line or key).
    """
    return [_snapshot(d, shown) for doc in _documents(text, shown) for d in _unpacked(doc, shown)]


def _documents(text: str, shown: str) -> list[Any]:
    """The JSON documents of a text: one, or one a line."""
    try:
        return [json.loads(text)]
    except RecursionError:
        raise InputError(say("{shown}: nested too deep; this is not a snapshot", shown=shown)) from None
    except ValueError as fault:
        broken = fault
    lines = [(i, line) for i, line in enumerate(text.splitlines(), 1) if line.strip()]
    if len(lines) < 2 or not _is_json(lines[0][1]):
        raise _broken(broken, text, shown, 0)
    documents = []
    for number, line in lines:
        try:
            documents.append(json.loads(line))
        except (ValueError, RecursionError) as fault:
            raise _broken(fault, line, shown, number - 1) from None
    return documents


def _is_json(line: str) -> bool:
    try:
        json.loads(line)
    except (ValueError, RecursionError):
        return False
    return True


def _broken(fault: Exception, text: str, shown: str, above: int) -> InputError:
    if not isinstance(fault, json.JSONDecodeError):
        return InputError(say("{shown}: not JSON that can be read; record it again", shown=shown))
    line = fault.lineno + above
    at_end = not text[fault.pos :].strip() or fault.msg.startswith("Unterminated")
    if at_end:
        return InputError(
            say("{shown}, line {line}: the snapshot is cut short; record it again", shown=shown, line=line)
        )
    return InputError(
        say(
            "{shown}, line {line}, column {column}: not JSON ({problem}); record it again",
            shown=shown,
            line=line,
            column=fault.colno,
            problem=reader_fault(fault.msg),
        )
    )


def _unpacked(document: Any, shown: str) -> list[Any]:
    if isinstance(document, dict) and isinstance(document.get("snapshots"), list):
        _known_schema(document, shown)
        return cast("list[Any]", document["snapshots"])
    return [document]


def _known_schema(document: Any, shown: str) -> None:
    schema = document.get("schema") if isinstance(document, dict) else None
    if schema != SCHEMA:
        said = (
            say('"schema" is {given}', given=json.dumps(schema)[:60])
            if schema is not None
            else say('there is no "schema"')
        )
        raise InputError(
            say('{shown}: not a snapshot: {said}, expected "{schema}"', shown=shown, said=said, schema=SCHEMA)
        )


def _at(where: object, key: str) -> Message:
    return say('{where}, key "{key}"', where=where, key=key)


def _snapshot(document: Any, shown: str) -> Snapshot:
    _known_schema(document, shown)
    try:
        domain, as_of = _str(document, "domain"), _time(document, "as_of")
        scope, origin = _scope(document), _str(document, "origin", "")
        answers: dict[Question, Answer] = {}
        for i, row in enumerate(_list(document, "answers")):
            with _within(f"answers[{i}]"):
                question, answer = _parse_row(row)
            answers[question] = answer
    except _Damaged as fault:
        place = f"{shown}, {fault.place}" if fault.place else shown
        where = _at(place, fault.key) if fault.key else place
        raise InputError(say("{at}: {fault}", at=where, fault=fault.why)) from None
    return Snapshot(domain, as_of, answers, origin, scope)


class _Damaged(Exception):
    """What is wrong in a document: with which key, and in which of the answers."""

    def __init__(self, key: str, why: Message, place: str = "") -> None:
        super().__init__(key)
        self.key, self.why, self.place = key, why, place


@contextmanager
def _within(place: str) -> Iterator[None]:
    """Says in which answer it is; whatever else goes wrong with an answer is told as an answer that cannot be read."""
    try:
        yield
    except _Damaged as fault:
        raise _Damaged(fault.key, fault.why, place) from None
    except (ValueError, TypeError, LookupError, AttributeError, OverflowError):
        raise _Damaged("", say("this answer cannot be read; record it again"), place) from None


def _parse_row(row: Any) -> tuple[Question, Answer]:
    if not isinstance(row, dict):
        raise _Damaged("", say("expected an object"))
    outcome = _one_of(row, "outcome", Outcome)
    if "url" in row:
        return WebQuestion(_str(row, "url")), _parse_web(row, outcome)
    if "host" in row:
        return SmtpQuestion(_str(row, "host"), _int(row, "port", PORT_MOST)), _parse_smtp(row, outcome)
    rdtype = _str(row, "rdtype")
    if not rdtype:
        raise _Damaged("rdtype", say("expected a text"))
    if "validate" in row:
        return DnssecQuestion(_str(row, "validate"), rdtype), _parse_dnssec(row, outcome)
    return DnsQuestion(_str(row, "name"), rdtype, _str(row, "server", "")), _parse_dns(row, rdtype, outcome)


def _value(row: dict[str, Any], key: str) -> Any:
    if key not in row:
        raise _Damaged(key, say("is missing"))
    return row[key]


def _str(row: dict[str, Any], key: str, default: str | None = None) -> str:
    value = _value(row, key) if default is None else row.get(key, default)
    if not _is_text(value):
        raise _Damaged(key, say("expected a text"))
    return cast(str, value)


def _is_text(value: Any) -> bool:
    """Whether it is a text that can be written again: JSON has halves of characters (``\\ud800``)."""
    return type(value) is str and (value.isascii() or not _HALVES.search(value))


_HALVES = re.compile("[\ud800-\udfff]")


def _int(row: dict[str, Any], key: str, most: int = 2**32 - 1) -> int:
    value = _value(row, key)
    if type(value) is not int or not 0 <= value <= most:
        raise _Damaged(key, say("expected a number from 0 to {most}", most=most))
    return value


def _list(row: dict[str, Any], key: str, *, optional: bool = False) -> list[Any]:
    value = row.get(key, []) if optional else _value(row, key)
    if not isinstance(value, list):
        raise _Damaged(key, say("expected a list"))
    return value


def _texts(row: dict[str, Any], key: str) -> tuple[str, ...]:
    value = _list(row, key, optional=True)
    if not all(map(_is_text, value)):
        raise _Damaged(key, say("expected a list of texts"))
    return tuple(value)


def _flag(row: dict[str, Any], key: str) -> bool:
    value = row.get(key, False)
    if type(value) is not bool:
        raise _Damaged(key, say("expected true or false"))
    return value


def _one_of(row: dict[str, Any], key: str, kind: type[_Word]) -> _Word:
    value = _value(row, key)
    try:
        return kind(value)
    except ValueError:
        raise _Damaged(key, say("expected one of {known}", known=", ".join(kind))) from None


def _time(document: dict[str, Any], key: str) -> str:
    """A time with its zone, of years in which one can count on."""
    text = _str(document, key)
    try:
        taken = datetime.fromisoformat(text)
    except ValueError:
        raise _Damaged(key, say("expected a time in ISO 8601, such as 2026-11-21T20:00:00Z")) from None
    if taken.tzinfo is None or taken.year not in YEARS:
        raise _Damaged(key, say("a time without its zone, or out of range; ISO 8601 in UTC is wanted"))
    return text


def _scope(document: dict[str, Any]) -> dict[str, Any]:
    scope = document.get("scope", {})
    if not isinstance(scope, dict):
        raise _Damaged("scope", say("expected an object"))
    for name in ("options", "selectors", "sending_addresses"):
        with _beneath("scope"):
            _texts(scope, name)
    if not all(map(_is_address, scope.get("sending_addresses", ()))):
        raise _Damaged("scope.sending_addresses", say("expected a list of IP addresses"))
    return scope


@contextmanager
def _beneath(key: str) -> Iterator[None]:
    try:
        yield
    except _Damaged as fault:
        raise _Damaged(f"{key}.{fault.key}", fault.why) from None


def _is_address(text: str) -> bool:
    try:
        return bool(ip_address(text))
    except ValueError:
        return False


def _parse_dns(row: dict[str, Any], rdtype: str, outcome: Outcome) -> DnsAnswer:
    listed = _list(row, "records", optional=True)
    cuts = _list(row, "chunks", optional=True) or [None] * len(listed)
    if len(cuts) != len(listed):
        raise _Damaged("chunks", say("expected as many entries as there are records"))
    records = tuple(
        [_parse_any(r, cut, rdtype, i) for i, (r, cut) in enumerate(zip(listed, cuts, strict=True))]
    )
    return DnsAnswer(
        outcome,
        records,
        _texts(row, "aliases"),
        _int(row, "ttl") if "ttl" in row else None,
        _flag(row, "authenticated"),
        _str(row, "server_asked", ""),
        _str(row, "detail", ""),
        _str(row, "zone", ""),
    )


def _parse_web(row: dict[str, Any], outcome: Outcome) -> WebAnswer:
    headers = _list(row, "headers", optional=True)
    if not all(isinstance(pair, list) and len(pair) == 2 and all(map(_is_text, pair)) for pair in headers):
        raise _Damaged("headers", say("expected a list of names with their values"))
    encoded = "body_base64" in row
    body = _octets(row, "body_base64") if encoded else _str(row, "body", "").encode("utf-8")
    return WebAnswer(
        outcome,
        _int(row, "status", STATUS_MOST) if "status" in row else 0,
        tuple((name, value) for name, value in headers),
        body,
        _flag(row, "truncated"),
        _str(row, "tls_fault", ""),
        _str(row, "detail", ""),
        _flag(row, "slow"),
    )


def _parse_smtp(row: dict[str, Any], outcome: Outcome) -> SmtpAnswer:
    return SmtpAnswer(
        outcome,
        _str(row, "greeting", ""),
        _texts(row, "extensions"),
        _flag(row, "starttls"),
        _str(row, "tls_version", ""),
        tuple(_decoded(text, "certificates") for text in _texts(row, "certificates")),
        _str(row, "tls_fault", ""),
        _str(row, "detail", ""),
    )


def _parse_dnssec(row: dict[str, Any], outcome: Outcome) -> DnssecAnswer:
    return DnssecAnswer(
        outcome,
        _one_of(row, "status", DnssecStatus) if "status" in row else None,
        _str(row, "zone", ""),
        _str(row, "expires", ""),
        _str(row, "detail", ""),
    )


def _octets(row: dict[str, Any], key: str) -> bytes:
    return _decoded(_str(row, key), key)


def _decoded(text: str, key: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except ValueError:
        raise _Damaged(key, say("expected octets in Base64")) from None


def _parse_any(record: Any, cut: Any, rdtype: str, number: int) -> Rdata:
    try:
        if isinstance(record, dict):
            return _parse_fields(record, rdtype)
        if not _is_text(record):
            raise _Damaged(f"records[{number}]", say("expected a text or an object"))
        if cut is not None:
            return TXT(tuple([_unescaped(chunk) for chunk in cut]))
        return _checked(_parse_record(record, rdtype), rdtype)
    except (ValueError, TypeError, LookupError, AttributeError, OverflowError):
        shown = record if isinstance(record, str) else json.dumps(record)
        if cut is not None:
            raise _Damaged(f"chunks[{number}]", say("expected a list of texts")) from None
        raise _Damaged(
            f"records[{number}]",
            say("{record} is not a {rdtype} record", record=printable(shown)[:80], rdtype=rdtype[:20]),
        ) from None


def _parse_fields(record: dict[str, Any], rdtype: str) -> Rdata:
    fields = [_unfield(value) for value in record["fields"]]
    kind = record["kind"]
    if kind == "str" and len(fields) == 1:
        return _checked(fields[0], rdtype)
    shape = _SHAPES.get(kind, Opaque if kind == "Opaque" else None)
    if shape is None:
        raise ValueError
    return _checked(shape(*fields), rdtype)


def _checked(rdata: Any, rdtype: str) -> Rdata:
    """The record where each of its fields is of its type and range; raises ValueError."""
    if isinstance(rdata, str):
        if not _is_text(rdata) or (rdtype in ("A", "AAAA") and not _is_address(rdata)):
            raise ValueError
        return rdata
    kinds = _KINDS[type(rdata)]
    for value, kind in zip(rdata, kinds, strict=True):
        if type(value) is not kind or not _in_range(value):
            raise ValueError
    if type(rdata) is TXT and not all(type(chunk) is bytes for chunk in rdata.chunks):
        raise ValueError
    return cast(Rdata, rdata)


def _in_range(value: Any) -> bool:
    if type(value) is int:
        return 0 <= value < 2**32
    return type(value) is not str or _is_text(value)


_KINDS: dict[type, tuple[type, ...]] = {
    MX: (int, str),
    TXT: (tuple,),
    SOA: (str, str, int, int, int, int, int),
    SRV: (int, int, int, str),
    CAA: (int, str, bytes),
    TLSA: (int, int, int, bytes),
    DS: (int, int, int, bytes),
    DNSKEY: (int, int, int, bytes),
    Opaque: (str,),
}
"""What the fields of each shape are; numbers are of at most 32 bits."""


def _unfield(value: Any) -> Any:
    if isinstance(value, dict):
        return bytes.fromhex(value["hex"])
    return tuple(_unfield(v) for v in value) if isinstance(value, list) else value


def _parse_record(text: str, rdtype: str) -> Rdata:
    """One record from the presentation form `present` writes. Raises ValueError or LookupError."""
    if rdtype in NAME_TYPES:
        return _undotted(text)
    if rdtype in _TEXT_TYPES:
        return text
    if rdtype in ("TXT", "SPF"):
        return _parse_txt(text)
    shape = _SHAPES.get(rdtype)
    if shape is None:
        return Opaque(text)
    return cast(Rdata, shape(*_parse_columns(rdtype, text)))


def _parse_columns(rdtype: str, text: str) -> list[Any]:
    if rdtype == "CAA":
        flags, tag, value = text.split(" ", 2)
        return [int(flags), tag, _unquoted(value)]
    parts = text.split(" ")
    match rdtype:
        case "MX" | "SRV":
            return [*map(int, parts[:-1]), _undotted(parts[-1])]
        case "SOA":
            return [_undotted(parts[0]), _undotted(parts[1]), *map(int, parts[2:])]
        case "TLSA" | "DS":
            return [*map(int, parts[:3]), bytes.fromhex(parts[3])]
    return [*map(int, parts[:3]), base64.b64decode(parts[3], validate=True)]


def _parse_txt(text: str) -> TXT:
    data = _unquoted(text)
    return TXT.of(data.decode("latin-1"))


def _undotted(text: str) -> str:
    if not text.endswith("."):
        raise ValueError
    return text[:-1]


def _unquoted(text: str) -> bytes:
    if len(text) < 2 or text[0] != '"' or text[-1] != '"':
        raise ValueError
    return _unescaped(text[1:-1])


def _unescaped(text: str) -> bytes:
    r"""The octets of a master-file string: ``\DDD`` and ``\X`` (RFC 1035 section 5.1)."""
    if not isinstance(text, str):
        raise TypeError
    if "\\" not in text:
        return text.encode("latin-1")
    out = bytearray()
    at = 0
    while at < len(text):
        if text[at] != "\\":
            out += text[at].encode("latin-1")
            at += 1
        elif text[at + 1 : at + 4].isdecimal() and len(text[at + 1 : at + 4]) == 3:
            out.append(int(text[at + 1 : at + 4]))
            at += 4
        else:
            out += text[at + 1].encode("latin-1")
            at += 2
    return bytes(out)
