"""
checkdmarc over answers of ours: a second reader of the same DNS, who cannot reach the network.

It is given a name server object that answers from memory; its module caches are emptied before
every pass (they would hide questions); its HTTP and SMTP tests are not called, so of MTA-STS and BIMI
it reads the record alone. One pass at a time, since the caches belong to the module.
"""

from __future__ import annotations

import logging
import re
import threading
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple, cast

import dns.message
import dns.name
import dns.nameserver
import dns.rcode
import dns.rdataclass
import dns.rdatatype
import dns.rrset

from mailsetup.model import retold
from mailsetup.model.dns import DnsAnswer, DnsQuestion, Outcome, dotted, present

PATIENCE = 30.0  # seconds: every question is answered at once, so only a very busy machine comes near
SUBJECTS = ("mx", "spf", "dmarc", "mta_sts", "tls_rpt", "bimi")
OPTIONAL = frozenset({"mta_sts", "tls_rpt", "bimi"})
"""Subjects on which it has no opinion where nothing is published."""

Lookup = Callable[[DnsQuestion], DnsAnswer]

BESIDE_THE_POINT = frozenset({"DNSKEY", "DS", "PTR", "TLSA"})
"""Types it looks at for remarks; whether MX, SPF and DMARC are valid does not hang on them."""
SHOWING_ALIASES = ("TXT", "A", "AAAA", "MX")
_NOTHING = DnsAnswer(Outcome.NO_DATA)
_NOTHING_THERE = re.compile(r"(?:record|domain) does not exist|^Found an SPF record where")

_one_at_a_time = threading.Lock()
_RCODES = {
    Outcome.SERVFAIL: dns.rcode.SERVFAIL,
    Outcome.TIMEOUT: dns.rcode.SERVFAIL,
    Outcome.UNASKED: dns.rcode.SERVFAIL,
    Outcome.REFUSED: dns.rcode.REFUSED,
    Outcome.NO_NAME: dns.rcode.NXDOMAIN,
}


class Opinion(NamedTuple):
    """checkdmarc's word on one subject: ``valid`` is None when it could not tell; ``error`` its own sentence."""

    subject: str
    valid: bool | None
    error: str = ""
    record: str = ""
    warnings: tuple[str, ...] = ()
    lookups: int | None = None
    void_lookups: int | None = None


class _Memory(dns.nameserver.Nameserver):
    """A name server without a network."""

    def __init__(self, lookup: Lookup) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._lookup = lookup
        self.open = False

    def __str__(self) -> str:
        return "memory"

    def kind(self) -> str:
        return "memory"

    def is_always_max_size(self) -> bool:
        return True

    def answer_nameserver(self) -> str:
        return "memory"

    def answer_port(self) -> int:
        return 53

    def query(
        self, request: dns.message.QueryMessage, timeout: float, *_: Any, **__: Any
    ) -> dns.message.Message:
        """The answer as a message; a failure where nothing is known, since silence would be waited out."""
        asked = request.question[0]
        name = asked.name.to_text(omit_final_dot=True).lower()
        answer = self._known(DnsQuestion("" if name == "." else name, dns.rdatatype.to_text(asked.rdtype)))
        self.open = self.open or answer.unknown
        return _message(request, asked, answer)

    def _known(self, question: DnsQuestion) -> DnsAnswer:
        """The answer; where a recording lacks it, what follows from others, or nothing where nothing hangs on it."""
        answer = self._lookup(question)
        if answer.outcome is not Outcome.UNASKED:
            return answer
        if question.rdtype in BESIDE_THE_POINT:
            return _NOTHING
        return self._alias(question.name) or answer if question.rdtype == "CNAME" else answer

    def _alias(self, name: str) -> DnsAnswer | None:
        """The alias at a name, or that there is none: any answer there shows it (RFC 1034 section 3.6.2)."""
        for rdtype in SHOWING_ALIASES:
            shown = self._lookup(DnsQuestion(name, rdtype))
            if shown.aliases:
                return DnsAnswer(Outcome.FOUND, shown.aliases[:1], ttl=shown.ttl)
            if not shown.unknown:
                return _NOTHING
        return None


def _message(
    request: dns.message.QueryMessage, asked: dns.rrset.RRset, answer: DnsAnswer
) -> dns.message.Message:
    response = dns.message.make_response(request, recursion_available=True)
    response.index = None  # type: ignore[assignment] # sections are filled directly, so they are to be searched in turn
    response.set_rcode(_RCODES.get(answer.outcome, dns.rcode.NOERROR))
    owner = asked.name
    ttl = answer.ttl or 0
    for alias in answer.aliases:
        target = dotted(alias)
        response.answer.append(dns.rrset.from_text(owner, ttl, dns.rdataclass.IN, "CNAME", target))
        owner = dns.name.from_text(target)
    if answer.records:
        texts = [_text(r, dns.rdatatype.to_text(asked.rdtype)) for r in answer.records]
        response.answer.append(dns.rrset.from_text_list(owner, ttl, dns.rdataclass.IN, asked.rdtype, texts))
    return response


def _text(rdata: Any, rdtype: str) -> str:
    if rdtype == "TXT":
        from mailsetup.model.dns import quoted

        return " ".join(quoted(chunk) for chunk in rdata.chunks)
    return present(rdata, rdtype)


def opinions(domain: str, lookup: Lookup, subjects: tuple[str, ...] = SUBJECTS) -> tuple[Opinion, ...]:
    """
    checkdmarc's opinions, from ``lookup`` alone; none where a record that need not be there is not.

    Never raises for what DNS holds.
    """
    import checkdmarc.dmarc
    import checkdmarc.smtp
    import checkdmarc.spf

    logging.getLogger("checkdmarc").setLevel(logging.CRITICAL)
    functions: dict[str, Callable[..., Any]] = {
        "mx": checkdmarc.smtp.check_mx,
        "spf": checkdmarc.spf.check_spf,
        "dmarc": checkdmarc.dmarc.check_dmarc,
        **_records_alone(),
    }
    with _one_at_a_time:
        said = [_one(subject, functions[subject], domain, lookup) for subject in subjects]
    return tuple(one for one in said if one.subject not in OPTIONAL or not _NOTHING_THERE.search(one.error))


class _FilesWanted(Exception):
    """The record is sound, and its files would be fetched next."""


class _NoTime:
    """A time limit that ends a request before it begins."""

    def __float__(self) -> float:
        raise _FilesWanted


def _records_alone() -> dict[str, Callable[..., dict[str, Any]]]:
    """Of MTA-STS, TLS reporting and BIMI the record; checkdmarc's own checks would fetch the files as well."""
    from checkdmarc import bimi, mta_sts, smtp_tls_reporting

    parse_bimi = partial(bimi.parse_bimi_record, http_timeout=cast(float, _NoTime()))
    return {
        "mta_sts": partial(
            _record_alone, mta_sts.query_mta_sts_record, mta_sts.parse_mta_sts_record, mta_sts.MTASTSError
        ),
        "tls_rpt": partial(
            _record_alone,
            smtp_tls_reporting.query_smtp_tls_reporting_record,
            smtp_tls_reporting.parse_smtp_tls_reporting_record,
            smtp_tls_reporting.SMTPTLSReportingError,
        ),
        "bimi": partial(_record_alone, bimi.query_bimi_record, parse_bimi, bimi.BIMIError),
    }


def _record_alone(
    query: Callable[..., Any],
    parse: Callable[[str], Any],
    faults: type[Exception],
    domain: str,
    **how: Any,
) -> dict[str, Any]:
    record = ""
    try:
        record = query(domain, **how)["record"]
        parse(record)
    except faults as fault:
        return {"valid": False, "error": str(fault), "record": record}
    except _FilesWanted:
        pass
    return {"valid": True, "record": record}


def _one(subject: str, function: Callable[..., Any], domain: str, lookup: Lookup) -> Opinion:
    memory = _Memory(lookup)
    _empty_caches()
    try:
        said = function(domain, nameservers=[memory], timeout=PATIENCE, retries=0)
    except Exception as fault:  # its faults are not ours: the opinion is that it had none
        return Opinion(subject, None, retold.kept(retold.SECOND_FAILED, fault=type(fault).__name__))
    error = str(said.get("error") or "")
    return Opinion(
        subject=subject,
        valid=None if memory.open else bool(said.get("valid", not error)),
        error=error,
        record=str(said.get("record") or ""),
        warnings=tuple(str(w) for w in said.get("warnings") or ()),
        lookups=said.get("dns_lookups"),
        void_lookups=said.get("void_dns_lookups"),
    )


def _empty_caches() -> None:
    from checkdmarc import dnssec, smtp, utils

    for module in (dnssec, smtp, utils):
        for name, cache in vars(module).items():
            if name.isupper() and hasattr(cache, "clear") and hasattr(cache, "max_age"):
                cache.clear()
