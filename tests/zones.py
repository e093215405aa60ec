"""Zone fragments as closed worlds: a name not listed does not exist, silence is spelled TIMEOUT."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import dns.rdata
import dns.rdataclass
import dns.rdatatype

from mailsetup.edge.rdata_from_dnspython import from_dnspython
from mailsetup.model.case import Case, Scope, arguments
from mailsetup.model.dns import (
    TLSA,
    TXT,
    Answer,
    DnsAnswer,
    DnsQuestion,
    DnssecQuestion,
    Outcome,
    Question,
    Rdata,
    SmtpQuestion,
    WebQuestion,
)
from mailsetup.model.snapshot import Snapshot
from mailsetup.model.walk import Walk
from tests.servers import shown

AS_OF = "2026-11-21T12:00:00Z"
BEFORE = "2025-10-03T12:00:00Z"  # of an earlier run: more than a year before
ALIAS_LIMIT = 12

_OUTCOMES = {
    "TIMEOUT": Outcome.TIMEOUT,
    "SERVFAIL": Outcome.SERVFAIL,
    "REFUSED": Outcome.REFUSED,
    "UNASKED": Outcome.UNASKED,
}
_LINE = re.compile(r"(\S+)\s+(?:(\d+)\s+)?(?:IN\s+)?([A-Z][A-Z0-9]*)(?:\s+(.*))?\Z")

_BODY = re.compile(r"(?:\n[ \t]*\|[^\n]*)+")


def _body(match: re.Match[str]) -> str:
    """Lines after a ``|`` as one quoted word of the line above."""
    lines = [line.strip()[1:].strip() for line in match[0].strip("\n").split("\n")]
    quoted = "\\n".join(lines).replace('"', '\\"')
    return f' "{quoted}"'


def _parts(line: str) -> tuple[str, str, str]:
    """Owner, type and data of a fragment line."""
    match = _LINE.match(line)
    assert match, f"not a fragment line: {line!r}"
    return match[1].rstrip(".").lower(), match[3], match[4] or ""


class ClosedWorld:
    """
    A fragment that answers questions.

    ``origin`` gets an SOA and two name servers unless the fragment gives it some, or says that the
    whole domain is missing (``example.com. NXDOMAIN``). Wildcards, CNAMEs and empty non-terminals work as
    in RFC 4592 and RFC 1034. ``name. TIMEOUT`` (SERVFAIL, REFUSED) fails every type at that name, and
    ``name. TIMEOUT MX`` only that type; ``name. LAME`` fails all at and below it with SERVFAIL.

    ``@192.0.2.1 name. MX ...`` is what the server at that address says when asked directly, in
    place of its other records of that name and type;
    ``@before`` is how it was in an earlier run; ``@192.0.2.1 name. NODATA MX`` takes them away.

    Other questions than DNS (`tests.servers.shown` says what the words mean):
    ``https://host/path  WEB 200 text/plain "body"`` (the body may stand below, each line after a ``|``),
    ``https://host/path  TIMEOUT``;
    ``mx.example.com.  SMTP "220 mx.example.com ESMTP" SIZE STARTTLS TLSv1.3 until=2027-01-01``;
    ``mx.example.com:993 SMTP "* OK" STARTTLS TLSv1.3`` at another port than 25;
    ``example.com.  DNSSEC secure``, for that name and all below it. What is not written is not known.
    """

    def __init__(self, text: str, origin: str = "example.com") -> None:
        self.records: dict[str, dict[str, list[Rdata]]] = {}
        self.ttls: dict[tuple[str, str], int] = {}
        self.failing: dict[tuple[str, str], Outcome] = {}
        self.lame: list[str] = []
        self.missing: set[str] = set()
        self.plain: list[str] = []
        self.views: dict[str, list[str]] = {}
        self.shown: dict[tuple[str, str], str] = {}
        for line in _BODY.sub(_body, text).splitlines():
            line = re.sub(r"\s;.*$", "", line.strip()) if '"' not in line else line.strip()
            if line.startswith("@"):
                server, _, said = line[1:].partition(" ")
                self.views.setdefault(server, []).append(said.strip())
            elif line and not line.startswith(";"):
                self.plain.append(line)
                self._add(line)
        self.origin = origin
        if origin not in self.missing and origin not in self.lame:
            self._imply_apex(origin)
        self.names = set(self.records) | {name for name, _ in self.failing}
        for name in list(self.names):
            while "." in name:
                name = name.partition(".")[2]
                self.names.add(name)

    def _add(self, line: str) -> None:
        match = _LINE.match(line)
        assert match, f"not a fragment line: {line!r}"
        owner, ttl, rdtype, data = match.groups()
        name = owner.rstrip(".").lower()
        if rdtype in _OUTCOMES:
            self.failing[name, (data or "*").strip()] = _OUTCOMES[rdtype]
        elif rdtype in ("WEB", "SMTP", "DNSSEC"):
            self.shown[rdtype, name] = data or ""
        elif rdtype == "LAME":
            self.lame.append(name)
        elif rdtype == "NXDOMAIN":
            self.missing.add(name)
        else:
            self.records.setdefault(name, {}).setdefault(rdtype, []).append(_rdata(rdtype, data or ""))
            if ttl:
                self.ttls[name, rdtype] = int(ttl)

    def _imply_apex(self, origin: str) -> None:
        apex = self.records.setdefault(origin, {})
        if "CNAME" in apex:
            return
        for rdtype, texts in {
            "SOA": ["ns1.dns.test. hostmaster.dns.test. 1 7200 3600 1209600 3600"],
            "NS": ["ns1.dns.test.", "ns2.dns.test."],
        }.items():
            if rdtype not in apex:
                kind = dns.rdatatype.from_text(rdtype)
                apex[rdtype] = [
                    from_dnspython(dns.rdata.from_text(dns.rdataclass.IN, kind, t)) for t in texts
                ]
        for host, address in (("ns1.dns.test", "9.9.9.1"), ("ns2.dns.test", "149.112.112.2")):
            self.records.setdefault(host, {"A": [address]})

    def answer(self, question: Question) -> Answer:
        """What a resolver would say."""
        if not isinstance(question, DnsQuestion):
            return self._shown(question)
        if question.server:
            said = self.as_seen_at(question.server).answer(question._replace(server=""))
            assert isinstance(said, DnsAnswer)
            return said._replace(server=question.server)
        aliases: list[str] = []
        name, rdtype = question.name.lower(), question.rdtype
        while True:
            failing = self._failing(name, rdtype)
            if failing is not None:
                return DnsAnswer(failing, aliases=tuple(aliases), server="fragment", detail="as written")
            sets = self._sets(name)
            if sets is None:
                return self._negative(Outcome.NO_NAME, name, aliases)
            if "CNAME" in sets and rdtype not in sets:
                name = str(sets["CNAME"][0])
                if name in aliases or len(aliases) >= ALIAS_LIMIT:
                    return DnsAnswer(
                        Outcome.SERVFAIL, aliases=tuple(aliases), server="fragment", detail="alias loop"
                    )
                aliases.append(name)
                continue
            if rdtype not in sets:
                return self._negative(Outcome.NO_DATA, name, aliases)
            ttl = self.ttls.get((name, rdtype), 3600)
            return DnsAnswer(Outcome.FOUND, tuple(sets[rdtype]), tuple(aliases), ttl, server="fragment")

    def _shown(self, question: Question) -> Answer:
        """What somebody else than a name server shows."""
        if isinstance(question, WebQuestion):
            url = question.url.lower()
            return shown.web(self.shown.get(("WEB", url)), self._failing(url, "WEB"))
        if isinstance(question, SmtpQuestion):
            place = question.host if question.port == 25 else f"{question.host}:{question.port}"
            return shown.smtp(question.host, self.shown.get(("SMTP", place)), self._failing(place, "SMTP"))
        assert isinstance(question, DnssecQuestion)
        name = question.name
        while name and ("DNSSEC", name) not in self.shown:
            name = name.partition(".")[2]
        return shown.dnssec(name, self.shown.get(("DNSSEC", name)))

    def as_seen_at(self, server: str) -> ClosedWorld:
        """The world as one authoritative server has it."""
        said = self.views.get(server)
        if not said:
            return self
        replaced = set()
        for line in said:
            owner, rdtype, data = _parts(line)
            replaced.add((owner, data.strip() if rdtype in (*_OUTCOMES, "NODATA") and data else rdtype))
        kept = [line for line in self.plain if _parts(line)[:2] not in replaced]
        return ClosedWorld(
            "\n".join(kept + [line for line in said if _parts(line)[1] != "NODATA"]), self.origin
        )

    def _failing(self, name: str, rdtype: str) -> Outcome | None:
        if any(name == zone or name.endswith("." + zone) for zone in self.lame):
            return Outcome.SERVFAIL
        return self.failing.get((name, rdtype), self.failing.get((name, "*")))

    def _sets(self, name: str) -> dict[str, list[Rdata]] | None:
        if name in self.records:
            return self.records[name]
        if name in self.names or not name:
            return {}
        closest = name
        while closest and closest not in self.names:
            closest = closest.partition(".")[2]
        return self.records.get(f"*.{closest}")

    def _negative(self, outcome: Outcome, name: str, aliases: list[str]) -> DnsAnswer:
        zone = name.rpartition(".")[2] if self.origin in self.missing else ""
        while name and not zone:
            if "SOA" in self.records.get(name, {}):
                zone = name
            name = name.partition(".")[2]
        return DnsAnswer(outcome, aliases=tuple(aliases), ttl=3600, server="fragment", zone=zone)

    def follow(self, walk: Walk[Any], answers: dict[Question, Answer]) -> tuple[Any, tuple[Question, ...]]:
        """A walk's fact and the questions it asked, which are added to ``answers``."""
        asked: dict[Question, None] = {}
        try:
            batch = next(walk)
            while True:
                for question in batch:
                    asked[question] = None
                    answers.setdefault(question, self.answer(question))
                batch = walk.send({q: answers[q] for q in batch})
        except StopIteration as end:
            return end.value, tuple(asked)

    def read(self, walk: Walk[Any]) -> Any:
        """A walk's fact."""
        return self.follow(walk, {})[0]

    def case(self, walks: Iterable[Any], scope: Scope | None = None) -> Case:
        """A domain to be judged for which just these walks were collected."""
        scope = scope or Scope(self.origin)
        answers: dict[Question, Answer] = {}
        case = Case(scope, Snapshot(scope.domain, AS_OF, answers, "fragment"))
        before = self.as_seen_at("before") if "before" in self.views else None
        was: dict[Question, Answer] = {}
        for walk in walks:
            fact, asked = self.follow(walk(*arguments(walk, scope)), answers)
            case.facts[walk] = (fact, (asked,))
            if before is not None:
                before.follow(walk(*arguments(walk, scope)), was)
        case.earlier = Snapshot(scope.domain, BEFORE, was, "fragment") if before is not None else None
        return case


def _rdata(rdtype: str, data: str) -> Rdata:
    """A record's data; a TXT string may be longer than a master file allows, it is cut as a panel would."""
    if rdtype == "TXT" and len(data) > 255 and data.count('"') == 2 and "\\" not in data:
        return TXT.of(data.strip().strip('"'))
    if rdtype == "TLSA":  # a digest cut short cannot be written in a master file, and is seen in answers
        usage, selector, matching, digest = data.split(None, 3)
        return TLSA(int(usage), int(selector), int(matching), bytes.fromhex(digest.replace(" ", "")))
    return from_dnspython(dns.rdata.from_text(dns.rdataclass.IN, dns.rdatatype.from_text(rdtype), data))


def world(text: str, origin: str = "example.com") -> ClosedWorld:
    """A fragment as a world."""
    return ClosedWorld(text, origin)


def answers_of(pairs: Mapping[tuple[str, str], DnsAnswer]) -> dict[Question, Answer]:
    """A snapshot's answers from (name, type) pairs."""
    return {DnsQuestion(name, rdtype): answer for (name, rdtype), answer in pairs.items()}


def sections(manual: str, heading: str) -> Iterator[tuple[str, dict[str, str], str]]:
    """
    The fragments under a heading of a check's docstring, as (domain, settings, text).

    ``Fires on:`` judges example.com; ``Fires on sub.example.com:`` another name;
    ``Fires on (selectors: s1 s2):`` sets a field of the scope.
    """
    pattern = rf"^{heading}(?: ([a-z0-9_.-]+))?(?: \(([^)]*)\))?:\n\n?((?:[ \t]+\S.*\n?|\n)+)"
    for match in re.finditer(pattern, manual + "\n", re.MULTILINE):
        domain, settings, text = match.groups()
        pairs = [s.partition(":") for s in (settings or "").split(",") if s.strip()]
        yield domain or "example.com", {k.strip(): v.strip() for k, _, v in pairs}, text
