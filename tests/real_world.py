"""
A world of real records for whole-tool tests: zones and domains that others published.

Nobody is asked: every name of a profile's domain is answered from the corpus, includes whose
own record is not known get a real one that another name publishes, chosen by the name's hash, so
that trees are real in shape and every run sees the same world.
"""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from mailsetup.edge.source import unasked
from mailsetup.model.dns import MX, SOA, TXT, Answer, DnsAnswer, DnsQuestion, Outcome, Question, Rdata
from mailsetup.model.errors import UsageError
from mailsetup.model.names import DomainName
from tests.corpora import corpus

SERVERS = ("ns1.dns.test", "ns2.dns.test")


class RealWorld:
    """Answers for every name: the corpus where it knows, a plausible world around it where it does not."""

    description = "the corpus"

    def __init__(self, profiles: list[dict[str, Any]]) -> None:
        self.sets: dict[tuple[str, str], tuple[Rdata, ...]] = {}
        self.domains = [str(p["domain"]).lower() for p in profiles]
        for profile in profiles:
            self._add(str(profile["domain"]).lower(), profile)
        self.names = {name for name, _ in self.sets}
        for name in list(self.names):
            while "." in name:
                name = name.partition(".")[2]
                self.names.add(name)

    def _add(self, domain: str, profile: dict[str, Any]) -> None:
        chance = _hash(domain)
        self.sets[domain, "SOA"] = (SOA(SERVERS[0], "hostmaster." + domain, 1, 7200, 3600, 1209600, 3600),)
        self.sets[domain, "NS"] = SERVERS
        exchanges = [str(mx).rstrip(".").lower() for mx in profile["mx"]]
        if exchanges:
            self.sets[domain, "MX"] = tuple(MX(10 * n, name) for n, name in enumerate(exchanges, 1))
        self.sets[domain, "TXT"] = tuple(TXT.of(text) for text in [*profile["spf"], "unrelated=1"])
        policies = published("dmarc_all.jsonl")
        if chance % 4:
            self.sets["_dmarc." + domain, "TXT"] = (TXT.of(policies[chance % len(policies)]),)
        keys = published("dkim_txt_all.jsonl")
        self.sets["google._domainkey." + domain, "TXT"] = (TXT.of(keys[chance % len(keys)]),)

    def ask(self, question: Question) -> Answer:
        """The world's answer, at once."""
        if not isinstance(question, DnsQuestion) or question.server:
            return unasked(question)
        name, rdtype, _ = question
        records = self.sets.get((name, rdtype))
        if records:
            return DnsAnswer(Outcome.FOUND, records, ttl=3600, server="corpus")
        if name in self.names:
            return DnsAnswer(Outcome.NO_DATA, ttl=3600, server="corpus", zone=self._zone(name))
        if self._zone(name):
            return DnsAnswer(Outcome.NO_NAME, ttl=3600, server="corpus", zone=self._zone(name))
        return self._elsewhere(name, rdtype)

    def _zone(self, name: str) -> str:
        while name:
            if (name, "SOA") in self.sets:
                return name
            name = name.partition(".")[2]
        return ""

    def _elsewhere(self, name: str, rdtype: str) -> Answer:
        chance = _hash(name)
        if rdtype == "A":
            address = f"93.{chance % 250}.{chance // 256 % 250}.{chance // 65536 % 250}"
            return DnsAnswer(Outcome.FOUND, (address,), ttl=300, server="corpus")
        if rdtype == "AAAA" and chance % 2:
            return DnsAnswer(Outcome.FOUND, (f"2a02:{chance % 65536:x}::1",), ttl=300, server="corpus")
        if (
            rdtype == "TXT"
            and not name.startswith("_dmarc")
            and "_domainkey" not in name
            and "mailsetup" not in name
        ):
            texts = included(leaf=chance % 8 > 0)
            return DnsAnswer(Outcome.FOUND, (TXT.of(texts[chance % len(texts)]),), ttl=300, server="corpus")
        return DnsAnswer(Outcome.NO_DATA, ttl=300, server="corpus")

    async def close(self) -> None:
        """Nothing is open."""


def _hash(name: str) -> int:
    return zlib.crc32(name.encode("utf-8"))


@lru_cache(maxsize=8)
def published(file: str) -> tuple[str, ...]:
    """The values of one corpus file."""
    lines = (corpus("dns-real") / file).read_text(encoding="utf-8").splitlines()
    return tuple(json.loads(line)["value"] for line in lines)


@lru_cache(maxsize=2)
def included(*, leaf: bool) -> tuple[str, ...]:
    """What includes publish; ``leaf`` ones include nobody themselves, as seven of eight do not."""
    texts = published("spf_include_targets_distinct.jsonl")
    return tuple(t for t in texts if not leaf or ("include:" not in t and "redirect=" not in t))


@lru_cache(maxsize=1)
def profiles() -> tuple[dict[str, Any], ...]:
    """Every domain profile whose name can be audited."""
    return tuple(_profiles())


def _profiles() -> Iterator[dict[str, Any]]:
    path = corpus("dns-real") / "domain_profiles_mx_spf.jsonl.gz"
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            profile = json.loads(line)
            try:
                profile["domain"] = str(DomainName.parse(profile["domain"]))
            except UsageError:
                continue
            yield profile
