"""mailsetup and checkdmarc over the same answers: the worlds compared, and the classes of what they disagree about."""

from __future__ import annotations

import asyncio
import json
import re
import tomllib
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple, Protocol, cast

from mailsetup.edge.second_opinion import opinions
from mailsetup.edge.source import Source
from mailsetup.edge.zone_file import ZoneFile
from mailsetup.model.dns import TXT, Answer, DnsAnswer, DnsQuestion, Outcome, Question
from mailsetup.run.audit import AuditSettings, audit_domain
from mailsetup.run.registry import all_checks
from mailsetup.run.second_opinion import Difference, difference
from tests.corpora import corpus
from tests.real_world import RealWorld, profiles, published
from tests.zones import world

CLASSES = Path(__file__).resolve().parents[1] / "docs" / "disagreements.toml"
AS_OF = "2026-11-21T12:00:00Z"
SUBJECTS = ("spf", "dmarc")
RECORDS = ("mta_sts", "tls_rpt", "bimi")
CONSENTING = 8  # of so many outside report addresses one has not consented


class Disagreement(NamedTuple):
    """One class: whose fault it is, and how it is known again. Fields as docs/disagreements.toml has them."""

    id: str
    subject: str
    title: str
    theirs: bool
    says: str
    record: str
    checks: tuple[str, ...]
    notes: tuple[str, ...]
    right: str
    rule: str
    why: str
    zone: str
    domain: str

    def explains(self, found: Difference) -> bool:
        """Whether a difference is of this class: subject, side, our errors, and every pattern the class has."""
        return (
            (found.subject, found.theirs) == (self.subject, self.theirs)
            and set(found.checks) <= set(self.checks)
            and set(self.notes) <= set(found.noted)
            and re.search(self.says, found.error) is not None
            and re.search(self.record, found.record) is not None
        )


@lru_cache(maxsize=1)
def classes() -> tuple[Disagreement, ...]:
    """Every class of the data file, in its order."""
    data = tomllib.loads(CLASSES.read_text(encoding="utf-8"))
    return tuple(
        Disagreement(
            id=name,
            subject=entry["subject"],
            title=entry["title"],
            theirs=entry["checkdmarc"] == "valid",
            says=entry.get("says", ""),
            record=entry.get("record", ""),
            checks=tuple(entry.get("checks", ())),
            notes=tuple(entry.get("notes", ())),
            right=entry["right"],
            rule=entry["rule"],
            why=entry["why"],
            zone=entry["zone"],
            domain=entry.get("domain", "example.com"),
        )
        for name, entry in data["class"].items()
    )


def class_of(found: Difference) -> Disagreement | None:
    """
    The class of a difference; None where nobody has explained it.

    Where several flaws come together each must be of some class.
    """
    whole = next((c for c in classes() if c.explains(found)), None)
    if whole is not None or not found.theirs:
        return whole
    single = [class_of_one(found, check) for check in found.checks]
    return single[0] if single and all(single) else None


def class_of_one(found: Difference, check: str) -> Disagreement | None:
    """The class of one error among several."""
    return next((c for c in classes() if c.explains(found._replace(checks=(check,)))), None)


@lru_cache(maxsize=1)
def settings() -> AuditSettings:
    """Only the checks compared, as `audit --deep` runs them."""
    groups = ("spf/", "dmarc/", "transport/", "bimi/")
    only = (c.id for c in all_checks() if c.id.startswith(groups) and c.opt_in in ("", "deep"))
    return AuditSettings(only=tuple(only), options=frozenset({"deep"}))


Lookup = Callable[[DnsQuestion], DnsAnswer]


class Answering(Protocol):
    """Somebody who answers at once."""

    @property
    def description(self) -> str: ...

    def ask(self, question: Question) -> Answer: ...

    async def close(self) -> None: ...


def differences(
    domain: str, source: Answering, subjects: tuple[str, ...] = (*SUBJECTS, *RECORDS)
) -> Iterator[Difference]:
    """Where the two differ about a domain; ``source`` answers at once."""
    report = asyncio.run(audit_domain(domain, cast(Source, source), settings(), AS_OF))
    for opinion in opinions(domain, cast(Lookup, source.ask), subjects):
        found = difference(report, opinion)
        if found is not None:
            yield found


class CorpusWorld(RealWorld):
    """The world of real records in which most outside report addresses consent, as the real ones do."""

    def _elsewhere(self, name: str, rdtype: str) -> Answer:
        if "._report._dmarc." in name:
            if rdtype == "TXT" and sum(name.encode("utf-8")) % CONSENTING:
                return DnsAnswer(Outcome.FOUND, (TXT.of("v=DMARC1"),), ttl=300, server="corpus")
            return DnsAnswer(Outcome.NO_DATA, ttl=300, server="corpus")
        return super()._elsewhere(name, rdtype)


class Offline:
    """A zone file alone: the source of an offline audit, as one that answers at once."""

    description = "a zone of the corpus"

    def __init__(self, zone: ZoneFile) -> None:
        self.zone = zone

    def ask(self, question: Question) -> Answer:
        """The zone's answer."""
        answer = self.zone.ask(question)
        assert isinstance(answer, tuple)
        return answer

    async def close(self) -> None:
        """Nothing is open."""


class Fragment:
    """The zone of a class as a closed world."""

    description = "a fragment"

    def __init__(self, known: Disagreement) -> None:
        self.world = world(known.zone, known.domain)

    def ask(self, question: Question) -> Answer:
        """What a resolver would say."""
        return self.world.answer(question)

    async def close(self) -> None:
        """Nothing is open."""


Work = list[tuple[str, Answering]]


def zones(every: int) -> Work:
    """The zones in master-file form, each by itself."""
    paths = sorted(corpus("zones/bind").glob("*.zone"))[::every]
    return [(origin, Offline(zone)) for zone in map(ZoneFile, paths) for origin in zone.origins]


def domains(every: int) -> Work:
    """Domain profiles: MX and SPF as published."""
    return _world(list(profiles())[::every])


def spf_texts(every: int) -> Work:
    """Distinct SPF records, each as a domain's."""
    return _world([_made(n, text) for n, text in enumerate(published("spf_distinct.jsonl"))][::every])


def included_texts(every: int) -> Work:
    """What includes publish, each as a domain's."""
    texts = published("spf_include_targets_distinct.jsonl")
    return _world([_made(n, text) for n, text in enumerate(texts)][::every])


def dmarc_texts(every: int) -> Work:
    """DMARC records, each as a domain's."""
    texts = published("dmarc_all.jsonl")
    made = [(_made(n, "v=spf1 -all"), text) for n, text in enumerate(texts)][::every]
    world = CorpusWorld([profile for profile, _ in made])
    for profile, text in made:
        world.sets["_dmarc." + profile["domain"], "TXT"] = (TXT.of(text),)
        world.names.add("_dmarc." + profile["domain"])
    return [(domain, world) for domain in world.domains]


def _made(number: int, spf: str) -> dict[str, Any]:
    return {"domain": f"n{number}.example", "mx": ["mx.mail.test"], "spf": [spf]}


def _world(chosen: list[dict[str, Any]]) -> Work:
    world = CorpusWorld(chosen)
    return [(domain, world) for domain in world.domains]


def small_records(every: int) -> Work:
    """Records of MTA-STS, TLS reporting and BIMI, each as a domain's, from real zones and the suites of others."""
    lines = corpus("dns-real/mtasts_tlsrpt_bimi_all.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [(row["type"], row["value"]) for row in map(json.loads, lines)]
    folder = corpus("mtasts-tlsrpt-bimi")
    for kind, name, key in (
        ("MTASTS", "mox/mtasts_parse.json", "input"),
        ("TLSRPT", "mox/tlsrpt_parse.json", "input"),
    ):
        rows += [(kind, case[key]) for case in json.loads((folder / name).read_text(encoding="utf-8"))]
    cases = json.loads((folder / "mail-bimi/record_validation.json").read_text(encoding="utf-8"))
    rows += [("BIMI", case["record"].replace("bimi1", "BIMI1")) for case in cases]
    chosen = rows[::every]
    world = CorpusWorld([_made(n, "v=spf1 -all") for n in range(len(chosen))])
    for domain, (kind, text) in zip(world.domains, chosen, strict=True):
        owner = f"{LABELS[kind]}.{domain}"
        world.sets[owner, "TXT"] = (TXT.of(text),)
        world.names.add(owner)
    return [(domain, world) for domain in world.domains]


LABELS = {"MTASTS": "_mta-sts", "TLSRPT": "_smtp._tls", "BIMI": "default._bimi"}


PARTS: dict[str, tuple[Callable[[int], Work], int]] = {
    "zones": (zones, 1),
    "domains": (domains, 20),
    "spf": (spf_texts, 12),
    "includes": (included_texts, 12),
    "dmarc": (dmarc_texts, 1),
    "small": (small_records, 1),
}
"""The parts of the corpus, and of how many records a run of the tests takes one."""
