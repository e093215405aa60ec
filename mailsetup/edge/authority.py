"""
Answers as an authoritative server gives them, from zones held in memory.

RFC 1034 section 4.3.2 with RFC 4592 (wildcards and empty non-terminals), RFC 6672 (DNAME) and
RFC 2308 (negative answers). Chains are followed from zone to zone while they stay inside.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple

from mailsetup.model.dns import SOA, UNASKED, Answer, DnsAnswer, DnsQuestion, Outcome, Question, Rdata
from mailsetup.model.message import phrase
from mailsetup.model.names import NAME_LIMIT, labels, parent

from .listed import selectors_by_domain
from .source import CHAIN_LIMIT, joined, least, unasked

BESIDE_CNAME = frozenset({"RRSIG", "NSEC", "NSEC3", "KEY"})  # RFC 4035 section 2.5, RFC 2181 section 10.1


class Place(NamedTuple):
    """Where a record stands; lines count from 1; ``address`` is the resource's, where the file has such."""

    file: str
    line: int
    address: str = ""


class Entry(NamedTuple):
    """One record as read: ``owner`` in the form of `mailsetup.model.names`, ``ttl`` in seconds."""

    owner: str
    rdtype: str
    ttl: int
    rdata: Rdata
    place: Place


class RecordSet(NamedTuple):
    """All records of one name and type, in the order of the file, each once."""

    records: tuple[Rdata, ...]
    ttl: int
    places: tuple[Place, ...]


class Conflict(NamedTuple):
    """A name that has a CNAME and something else, or two CNAMEs (RFC 1034 section 3.6.2)."""

    name: str
    types: tuple[str, ...]
    place: Place


class Zone:
    """
    One zone's content, ready to be asked; ``server`` is what its answers name as their origin.

    ``undecided`` are names and types that will have records, which the file cannot know yet; ``left_alone``
    tells of a name and type whether somebody else's records may stand there, which the file does not hold.
    An entry of type ``ALIAS`` is answered with the target's addresses, ``ALIAS MX`` with its MX.
    """

    __slots__ = (
        "_covered",
        "_soa",
        "conflicts",
        "exists",
        "ignored",
        "left_alone",
        "origin",
        "server",
        "sets",
        "undecided",
    )

    def __init__(
        self,
        origin: str,
        entries: Iterable[Entry],
        server: str,
        undecided: Iterable[tuple[str, str]] = (),
        left_alone: Callable[[str, str], bool] | None = None,
    ) -> None:
        self.origin = origin
        self.left_alone = left_alone
        self.server = server
        self.sets: dict[str, dict[str, RecordSet]] = {}
        self.ignored: list[Entry] = []
        self.exists: set[str] = {origin}
        self._gather(entries)
        self.undecided = frozenset(pair for pair in undecided if pair[0] == origin or self._admit(pair[0]))
        self._covered = {
            name for name, sets in self.sets.items() if "DNAME" in sets or ("NS" in sets and name != origin)
        }
        self.conflicts = tuple(self._find_conflicts())
        soa = self.sets.get(origin, {}).get("SOA")
        self._soa = soa

    def _gather(self, entries: Iterable[Entry]) -> None:
        growing: dict[tuple[str, str], dict[Rdata, Place]] = {}
        ttls: dict[tuple[str, str], int] = {}
        for entry in entries:
            if entry.owner not in self.exists and not self._admit(entry.owner):
                self.ignored.append(entry)
                continue
            key = entry[:2]
            growing.setdefault(key, {}).setdefault(entry.rdata, entry.place)
            ttls[key] = min(entry.ttl, ttls.get(key, entry.ttl))
        for (owner, rdtype), found in growing.items():
            group = RecordSet(tuple(found), ttls[owner, rdtype], tuple(found.values()))
            self.sets.setdefault(owner, {})[rdtype] = group

    def _admit(self, owner: str) -> bool:
        """Notes a name and its parents up to the origin as existing; False for a name outside the zone."""
        path = []
        name = owner
        while name not in self.exists:
            if not name:
                return False
            path.append(name)
            name = parent(name)
        self.exists.update(path)
        return True

    def _find_conflicts(self) -> Iterator[Conflict]:
        for name, sets in self.sets.items():
            cname = sets.get("CNAME")
            if cname is None:
                continue
            beside = [t for t in sets if t != "CNAME" and t not in BESIDE_CNAME]
            if beside or len(cname.records) > 1:
                yield Conflict(name, tuple(["CNAME"] * len(cname.records) + sorted(beside)), cname.places[0])

    def lookup(self, name: str, rdtype: str) -> DnsAnswer:
        """The answer for a name at or below the origin; `UNASKED` where it is not this zone's to say."""
        if self.undecided and not self.undecided.isdisjoint(((name, rdtype), (name, "CNAME"))):
            return UNASKED._replace(server=self.server, detail=phrase("not told by the plan"))
        if self.left_alone is not None and self.left_alone(name, rdtype):
            return UNASKED._replace(detail=phrase("may be published although the file does not hold it"))
        cover = self._cover(name) if self._covered else ""
        if cover and "DNAME" in self.sets[cover] and cover != name:
            return self._through_dname(name, cover, rdtype)
        if cover and not (name == cover and rdtype in ("DS", "NS")) and "DNAME" not in self.sets[cover]:
            return UNASKED
        if name == self.origin and self._is_elsewhere(rdtype):
            return UNASKED
        sets = self.sets.get(name)
        if sets is None and name not in self.exists:
            return self._below_wildcard(name, rdtype)
        return self._at_node(sets or {}, rdtype)

    def _is_elsewhere(self, rdtype: str) -> bool:
        """DS stands in the parent zone; a file that leaves out SOA or NS does not say that there are none."""
        return rdtype == "DS" or (rdtype in ("SOA", "NS") and rdtype not in self.sets.get(self.origin, {}))

    def _cover(self, name: str) -> str:
        """The delegation or DNAME nearest to the origin that lies at or above a name; else ``""``."""
        found = ""
        while name != self.origin:
            if name in self._covered:
                found = name
            name = parent(name)
        return self.origin if self.origin in self._covered else found

    def _through_dname(self, name: str, owner: str, rdtype: str) -> DnsAnswer:
        group = self.sets[owner]["DNAME"]
        kept = labels(name)[: len(labels(name)) - len(labels(owner))]
        suffix = str(group.records[0])
        target = ".".join([*kept, suffix] if suffix else kept)
        if len(target) > NAME_LIMIT:  # YXDOMAIN, RFC 6672 section 2.2
            return DnsAnswer(
                Outcome.SERVFAIL, server=self.server, detail=phrase("the name behind the DNAME is too long")
            )
        if rdtype == "CNAME":  # the server makes one up, RFC 6672 section 3.1
            return DnsAnswer(Outcome.FOUND, (target,), (), group.ttl, False, self.server)
        return DnsAnswer(Outcome.UNASKED, aliases=(target,), ttl=group.ttl)

    def _below_wildcard(self, name: str, rdtype: str) -> DnsAnswer:
        encloser = parent(name)
        while encloser not in self.exists:
            encloser = parent(encloser)
        sets = self.sets.get("*." + encloser if encloser else "*")
        if sets is None and ("*." + encloser) not in self.exists:
            return self._absent(Outcome.NO_NAME)
        return self._at_node(sets or {}, rdtype)

    def _at_node(self, sets: Mapping[str, RecordSet], rdtype: str) -> DnsAnswer:
        group = sets.get(rdtype)
        if group is not None:
            return DnsAnswer(Outcome.FOUND, group.records, (), group.ttl, False, self.server)
        cname = sets.get("CNAME")
        if cname is not None:
            return DnsAnswer(Outcome.UNASKED, aliases=(str(cname.records[0]),), ttl=cname.ttl)
        alias = sets.get(f"ALIAS {rdtype}") or (sets.get("ALIAS") if rdtype in ("A", "AAAA") else None)
        if alias is not None:  # flattened by the DNS host, so no CNAME; the target's addresses are its own
            return DnsAnswer(Outcome.UNASKED, aliases=(str(alias.records[0]),), ttl=alias.ttl)
        return self._absent(Outcome.NO_DATA)

    def _absent(self, outcome: Outcome) -> DnsAnswer:
        ttl = None
        if self._soa is not None and isinstance(self._soa.records[0], SOA):
            ttl = min(self._soa.ttl, self._soa.records[0].minimum)  # RFC 2308 section 5
        return DnsAnswer(outcome, (), (), ttl, False, self.server, "", self.origin)


class Authority:
    """Several zones together, as one server would hold them; a `Source`."""

    def __init__(self, zones: Iterable[Zone], description: str) -> None:
        self.zones = {zone.origin: zone for zone in zones}
        self.description = description
        self._selectors: Mapping[str, tuple[str, ...]] | None = None  # made when first asked for

    @property
    def origins(self) -> tuple[str, ...]:
        """The zones' names, in the order given."""
        return tuple(self.zones)

    @property
    def conflicts(self) -> tuple[Conflict, ...]:
        """Every name at which a CNAME stands beside something else."""
        return tuple(conflict for zone in self.zones.values() for conflict in zone.conflicts)

    def where(self, name: str, rdtype: str) -> Place | None:
        """File and line of the first record of a name and type, wildcards not expanded."""
        zone = self._zone(name, rdtype)
        group = zone.sets.get(name, {}).get(rdtype) if zone else None
        return group.places[0] if group else None

    def names(self) -> Iterator[tuple[str, str]]:
        """Every name and type that stands in the zones."""
        for zone in self.zones.values():
            for name, sets in zone.sets.items():
                for rdtype in sets:
                    yield name, rdtype

    def selectors(self, domain: str) -> tuple[str, ...]:
        """The DKIM selectors of a domain that hold a text or an alias, sorted."""
        if self._selectors is None:
            owners = (name for name, rdtype in self.names() if rdtype in ("TXT", "CNAME"))
            self._selectors = selectors_by_domain(owners)
        return self._selectors.get(domain, ())

    def ask(self, question: Question) -> Answer:
        """The answer, at once; `UNASKED` for a name in none of the zones."""
        if not isinstance(question, DnsQuestion):
            return unasked(question)
        name, rdtype, server = question
        if server:
            return self._one_server(name)
        answer = self._once(name, rdtype)
        if not answer.aliases:
            return answer
        return self._follow(answer, rdtype)

    def _one_server(self, name: str) -> DnsAnswer:
        zone = self._zone(name, "")
        if zone is None:
            return UNASKED
        return UNASKED._replace(server=zone.server, detail=phrase("read from the file, not from its servers"))

    def _once(self, name: str, rdtype: str) -> DnsAnswer:
        zone = self._zone(name, rdtype)
        return UNASKED if zone is None else zone.lookup(name, rdtype)

    def _zone(self, name: str, rdtype: str) -> Zone | None:
        zones = self.zones
        if rdtype == "DS" and name:  # the parent's side of a cut, RFC 4035 section 3.1.4.1
            above = self._zone(parent(name), "")
            if above is not None:
                return above
        while name not in zones:
            if not name:
                return None
            name = parent(name)
        return zones[name]

    def _follow(self, answer: DnsAnswer, rdtype: str) -> DnsAnswer:
        chain, ttl, server = answer.aliases, answer.ttl, answer.server
        while True:
            if len(chain) > CHAIN_LIMIT or len(set(chain)) < len(chain):
                detail = (
                    phrase("CNAME loop") if len(set(chain)) < len(chain) else phrase("CNAME chain too long")
                )
                return DnsAnswer(Outcome.SERVFAIL, (), chain, ttl, False, server, detail)
            step = self._once(chain[-1], rdtype)
            if step.outcome is not Outcome.UNASKED or not step.aliases:
                return joined(chain, ttl, step)
            chain, ttl = chain + step.aliases, least(ttl, step.ttl)

    async def close(self) -> None:
        """Nothing is open."""
