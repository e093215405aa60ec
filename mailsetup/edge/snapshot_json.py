"""
Snapshots as JSON (``mailsetup/snapshot/1``), both ways.

The form is made for people to read and compare (one answer a line, sorted) and loses nothing: what
is read back equals what was written, so that a replayed run gives the same verdicts byte for byte.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple, cast

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
from mailsetup.model.message import say
from mailsetup.model.names import printable
from mailsetup.model.reader_faults import reader_fault
from mailsetup.model.snapshot import Snapshot

SCHEMA = "mailsetup/snapshot/1"

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


def _at(shown: str, key: str) -> str:
    return str(say('{where}, key "{key}"', where=shown, key=key))


def _snapshot(document: Any, shown: str) -> Snapshot:
    _known_schema(document, shown)
    at = shown
    try:
        for key, kind in (("domain", str), ("as_of", str), ("answers", list)):
            at = _at(shown, key)
            if not isinstance(document[key], kind):
                raise TypeError(say("expected a list") if kind is list else say("expected a text"))
        at = _at(shown, "as_of")
        if datetime.fromisoformat(document["as_of"]).tzinfo is None:
            raise ValueError(say("a time without its zone; ISO 8601 in UTC is wanted"))
        at = _at(shown, "scope")
        scope, origin = document.get("scope", {}), document.get("origin", "")
        if not isinstance(scope, Mapping) or not isinstance(origin, str):
            raise TypeError(say("expected an object"))
        answers: dict[Question, Answer] = {}
        for i, row in enumerate(document["answers"]):
            at = f"{shown}, answers[{i}]"
            question, answer = _parse_row(row)
            answers[question] = answer
    except KeyError as fault:
        raise InputError(say("{at}: {fault} is missing", at=at, fault=str(fault))) from None
    except (ValueError, TypeError, LookupError, AttributeError) as fault:
        raise InputError(say("{at}: {fault}", at=at, fault=printable(str(fault))[:200])) from None
    return Snapshot(document["domain"], document["as_of"], answers, origin, scope)


def _parse_row(row: Any) -> tuple[Question, Answer]:
    if not isinstance(row, dict):
        raise TypeError(say("expected an object"))
    outcome = Outcome(row["outcome"])
    if "url" in row:
        return WebQuestion(_str(row, "url")), _parse_web(row, outcome)
    if "host" in row:
        return SmtpQuestion(_str(row, "host"), _int(row, "port")), _parse_smtp(row, outcome)
    rdtype = _str(row, "rdtype")
    if "validate" in row:
        return DnssecQuestion(_str(row, "validate"), rdtype), _parse_dnssec(row, outcome)
    return DnsQuestion(_str(row, "name"), rdtype, _str(row, "server", "")), _parse_dns(row, rdtype, outcome)


def _str(row: dict[str, Any], key: str, default: str | None = None) -> str:
    value = row[key] if default is None else row.get(key, default)
    if not isinstance(value, str):
        raise TypeError(say("{key} is not a text", key=key))
    return value


def _int(row: dict[str, Any], key: str) -> int:
    value = row[key]
    if type(value) is not int or not 0 <= value < 2**32:
        raise TypeError(say("{key} is not a number from 0 to {most}", key=key, most=2**32 - 1))
    return value


def _texts(row: dict[str, Any], key: str) -> tuple[str, ...]:
    value = row.get(key, [])
    if not isinstance(value, list) or not all(isinstance(v, str) for v in value):
        raise TypeError(say("{key} is not a list of texts", key=key))
    return tuple(value)


def _flag(row: dict[str, Any], key: str) -> bool:
    value = row.get(key, False)
    if type(value) is not bool:
        raise TypeError(say("{key} is not true or false", key=key))
    return value


def _parse_dns(row: dict[str, Any], rdtype: str, outcome: Outcome) -> DnsAnswer:
    listed = row.get("records", [])
    cuts = row.get("chunks") or [None] * len(listed)
    if not isinstance(listed, list) or not isinstance(cuts, list) or len(cuts) != len(listed):
        raise TypeError(say("records and chunks are not lists of one length"))
    records = tuple(_parse_any(r, cut, rdtype) for r, cut in zip(listed, cuts, strict=True))
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
    headers = row.get("headers", [])
    if not isinstance(headers, list):
        raise TypeError(say("headers is not a list"))
    encoded = "body_base64" in row
    body = _der(_str(row, "body_base64")) if encoded else _str(row, "body", "").encode("utf-8")
    return WebAnswer(
        outcome,
        _int(row, "status") if "status" in row else 0,
        tuple((str(name), str(value)) for name, value in headers),
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
        tuple(_der(text) for text in _texts(row, "certificates")),
        _str(row, "tls_fault", ""),
        _str(row, "detail", ""),
    )


def _parse_dnssec(row: dict[str, Any], outcome: Outcome) -> DnssecAnswer:
    return DnssecAnswer(
        outcome,
        DnssecStatus(row["status"]) if "status" in row else None,
        _str(row, "zone", ""),
        _str(row, "expires", ""),
        _str(row, "detail", ""),
    )


def _der(text: str) -> bytes:
    return base64.b64decode(text, validate=True)


def _parse_any(record: Any, cut: Any, rdtype: str) -> Rdata:
    if isinstance(record, dict):
        return _parse_fields(record)
    if not isinstance(record, str):
        raise TypeError(say("a record is neither a text nor an object"))
    if cut is not None:
        return TXT(tuple(_unescaped(chunk) for chunk in cut))
    return _parse_record(record, rdtype)


def _parse_fields(record: dict[str, Any]) -> Rdata:
    fields = [_unfield(value) for value in record["fields"]]
    if record["kind"] == "str":
        return str(fields[0])
    shape = _SHAPES.get(record["kind"], Opaque if record["kind"] == "Opaque" else None)
    if shape is None:
        raise ValueError(say("{kind!r} is not a kind of record", kind=record["kind"]))
    return cast(Rdata, shape(*fields))


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
        raise ValueError(say("the name {text!r} does not end in a dot", text=text[:80]))
    return text[:-1]


def _unquoted(text: str) -> bytes:
    if len(text) < 2 or text[0] != '"' or text[-1] != '"':
        raise ValueError(say("the text {text!r} is not quoted", text=text[:80]))
    return _unescaped(text[1:-1])


def _unescaped(text: str) -> bytes:
    r"""The octets of a master-file string: ``\DDD`` and ``\X`` (RFC 1035 section 5.1)."""
    if not isinstance(text, str):
        raise TypeError(say("a chunk is not a text"))
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
