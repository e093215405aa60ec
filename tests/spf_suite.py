"""The SPF test suites' zones as answers (the OpenSPF format: one YAML document a scenario)."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import yaml

from mailsetup.model.dns import MX, TXT, DnsAnswer, DnsQuestion, Opaque, Outcome, Rdata
from mailsetup.model.walk import Walk
from mailsetup.walks.spf_check import SpfResult, check_host
from mailsetup.walks.spf_tree import SpfTree, spf_tree
from tests.corpora import corpus

ALIAS_LIMIT = 12


class SuiteCase(NamedTuple):
    """One connection of a suite and what may come of it."""

    scenario: str
    name: str
    ip: str
    sender: str
    helo: str
    results: tuple[str, ...]
    explanation: str | None
    zone: SuiteZone

    @property
    def domain(self) -> str:
        """The domain whose record is evaluated."""
        return (self.sender.rpartition("@")[2] or self.helo).lower()


class SuiteZone:
    """A scenario's zone: names not listed do not exist, TIMEOUT makes a name silent."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.sets: dict[str, dict[str, list[Rdata]]] = defaultdict(dict)
        self.silent: set[str] = set()
        for owner, records in (data or {}).items():
            self._add(str(owner).lower().rstrip("."), records or [])

    def _add(self, name: str, records: list[Any]) -> None:
        sets = self.sets[name]
        kinds = {kind for r in records if isinstance(r, dict) for kind in r}
        for record in records:
            if record == "TIMEOUT":
                self.silent.add(name)
                continue
            ((kind, value),) = record.items()
            if kind == "SPF" and "TXT" not in kinds:
                sets.setdefault("TXT", []).append(_rdata("TXT", value))
            if value == "NONE":
                continue
            if value == "TIMEOUT":
                self.silent.add(name)
                continue
            sets.setdefault(kind, []).append(_rdata(kind, value))

    def answer(self, question: DnsQuestion) -> DnsAnswer:
        """What a resolver would say."""
        name, aliases = _plain(question.name).lower(), list[str]()
        while True:
            sets = self.sets.get(name)
            if sets is not None and question.rdtype in sets:
                return DnsAnswer(Outcome.FOUND, tuple(sets[question.rdtype]), tuple(aliases), ttl=300)
            if name in self.silent:
                return DnsAnswer(Outcome.TIMEOUT, aliases=tuple(aliases))
            if sets is None:
                return DnsAnswer(Outcome.NO_NAME, aliases=tuple(aliases))
            if "CNAME" not in sets:
                return DnsAnswer(Outcome.NO_DATA, aliases=tuple(aliases))
            name = str(sets["CNAME"][0])
            if name in aliases or len(aliases) >= ALIAS_LIMIT:
                return DnsAnswer(Outcome.SERVFAIL, aliases=tuple(aliases), detail="alias loop")
            aliases.append(name)

    def read(self, walk: Walk[Any]) -> Any:
        """A walk's fact."""
        try:
            batch = next(walk)
            while True:
                batch = walk.send({q: self.answer(q) for q in batch if isinstance(q, DnsQuestion)})
        except StopIteration as end:
            return end.value


def _plain(name: str) -> str:
    r"""A name without master-file escapes: ``\032`` is a blank."""
    return re.sub(r"\\(?:([0-9]{3})|(.))", lambda c: chr(int(c[1])) if c[1] else c[2], name)


def _rdata(kind: str, value: Any) -> Rdata:
    if kind in ("TXT", "SPF"):
        strings = value if isinstance(value, list) else [value]
        chunks = tuple(_octets(str(s)) for s in strings)
        return TXT(chunks) if kind == "TXT" else Opaque(repr(chunks))
    if kind == "MX":
        return MX(int(value[0]), str(value[1]).rstrip(".").lower())
    text = str(value).rstrip(".")
    return text if kind in ("A", "AAAA") else text.lower()


def _octets(text: str) -> bytes:
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        return text.encode("utf-8")


def suite(name: str) -> Iterator[SuiteCase]:
    """Every case of a suite."""
    text = corpus(f"spf/{name}").read_text(encoding="utf-8")
    for document in yaml.safe_load_all(text):
        if not document:
            continue
        zone = SuiteZone(document.get("zonedata") or {})
        for case_name, case in (document.get("tests") or {}).items():
            expected = case.get("result")
            results = tuple(expected) if isinstance(expected, list) else (expected,)
            yield SuiteCase(
                str(document.get("description", "")),
                str(case_name),
                str(case["host"]),
                str(case.get("mailfrom") or ""),
                str(case.get("helo") or ""),
                tuple(str(r).lower() for r in results),
                case.get("explanation"),
                zone,
            )


RFC7208 = "pyspf/rfc7208-tests.yml"


def evaluated(name: str) -> Iterator[tuple[SuiteCase, SpfResult]]:
    """Every case of a suite with what check_host says."""
    for case in suite(name):
        yield (
            case,
            case.zone.read(check_host(case.ip, case.sender, case.helo, receiver="receiver.example", at=1)),
        )


def read_without_address() -> Iterator[tuple[str, str, SpfTree]]:
    """
    The domains of the RFC 7208 suite whose expected results agree: name, expectation, the audit's own reading.

    The expectation is permerror, none or ok (neither); domains with mixed or temperror expectations are left out.
    """
    expected: dict[tuple[str, str], set[str]] = defaultdict(set)
    zones: dict[tuple[str, str], SuiteZone] = {}
    for case in suite(RFC7208):
        key = (case.scenario, case.domain)
        zones[key] = case.zone
        expected[key] |= {r if r in ("permerror", "none", "temperror") else "ok" for r in case.results}
    for key, results in expected.items():
        if len(results) == 1 and "temperror" not in results:
            yield key[1], min(results), zones[key].read(spf_tree(key[1]))
