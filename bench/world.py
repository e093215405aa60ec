"""
The benchmark's world: domains with real MX, SPF and include trees, served by one NSD.

Names and records come from the corpus of public records that lies beside the project; each domain is given
SOA, NS, A, DMARC, two DKIM keys and a random half TLS-RPT. What the domains share (mail hosts, includes)
stands in a root zone, which also says of everything else that it does not exist. Fixed seed: the
same world every time.
"""

from __future__ import annotations

import gzip
import json
import random
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

SEED = 20261121
INCLUDE_DEPTH = 3  # levels of includes below a domain's own record; deeper ones get records without any
HOSTS = 40  # DNS hosts, two name servers each
SELECTORS = (
    "google",
    "selector1",
    "selector2",
    "default",
    "k1",
    "k2",
    "s1",
    "s2",
    "dkim",
    "mail",
    "fm1",
    "mandrill",
)

_NAME = re.compile(
    r"(?=.{4,200}\Z)[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?(?:\.[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?)+\Z"
)
_REFERENCE = re.compile(r"(?:\binclude:|\bredirect=)(\S+)", re.IGNORECASE)
_HOST = re.compile(r"(?:^|\s)[+?~-]?(?:a|mx|exists):([^\s/]+)", re.IGNORECASE)


class World(NamedTuple):
    """Zones by name, the domains in them, and questions such as an audit asks (for the flood)."""

    zones: dict[str, str]
    domains: list[str]
    questions: list[tuple[str, int]]


class Profile(NamedTuple):
    """What one real domain publishes."""

    domain: str
    mx: list[str]
    spf: str


def profiles(corpus: Path) -> list[Profile]:
    """The usable domains of the corpus: a plain name, mail hosts, one SPF record."""
    out = {}
    with gzip.open(corpus / "domain_profiles_mx_spf.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            domain = row["domain"].lower().rstrip(".")
            mx = [h.lower().rstrip(".") for h in row["mx"]]
            if _NAME.match(domain) and mx and all(map(_NAME.match, mx)) and len(row["spf"]) == 1:
                out[domain] = Profile(domain, mx, row["spf"][0])
    plain = set(out)
    return [p for d, p in sorted(out.items()) if not any(up in plain for up in _above(d))]


def _above(name: str) -> Iterator[str]:
    while "." in name:
        name = name.partition(".")[2]
        yield name


def _values(path: Path) -> list[str]:
    with path.open(encoding="utf-8") as lines:
        return sorted({json.loads(line)["value"] for line in lines})


def _text(value: str) -> str:
    data = value.encode("utf-8")
    parts = [data[i : i + 255] for i in range(0, len(data), 255)] or [b""]
    return " ".join('"' + "".join(_octet(b) for b in part) + '"' for part in parts)


def _octet(b: int) -> str:
    return f"\\{b:03d}" if b < 32 or b > 126 else f"\\{chr(b)}" if b in (34, 92) else chr(b)


class _Builder:
    def __init__(self, corpus: Path) -> None:
        self.dice = random.Random(SEED)
        self.includes = [v for v in _values(corpus / "spf_include_targets_distinct.jsonl") if "%" not in v]
        self.leaves = [v for v in self.includes if not _REFERENCE.search(v)]
        keys = (v for v in _values(corpus / "dkim_txt_all.jsonl") if 380 <= len(v) <= 480 and "p=" in v)
        self.keys = sorted(keys)
        self.dmarc = [v for v in _values(corpus / "dmarc_all.jsonl") if v.startswith("v=DMARC1")]
        self.zones: dict[str, str] = {}
        self.shared: dict[str, list[str]] = {}
        self.own: set[str] = set()

    def address(self) -> str:
        dice = self.dice
        first = dice.choice((5, 23, 45, 62, 81, 93, 178, 185, 193, 212))
        return f"{first}.{dice.randrange(256)}.{dice.randrange(256)}.{dice.randrange(1, 255)}"

    def host(self, name: str) -> None:
        """A mail or name server that many share: an address, and for half of them an IPv6 one."""
        if not self.is_mine(name) and name not in self.shared and _NAME.match(name):
            lines = self.shared[name] = [f"{name}. A {self.address()}"]
            if self.dice.random() < 0.5:
                lines.append(f"{name}. AAAA 2a01:4f8::{self.dice.randrange(65536):x}")

    def is_mine(self, name: str) -> bool:
        return name in self.own or any(up in self.own for up in _above(name))

    def include(self, name: str, depth: int) -> None:
        """What an included name publishes: a real record, whose includes publish real ones too."""
        key = f"{name} spf"
        if not _NAME.match(name) or self.is_mine(name) or key in self.shared:
            return
        record = self.dice.choice(self.includes if depth < INCLUDE_DEPTH else self.leaves)
        self.shared[key] = [f"{name}. TXT {_text(record)}"]
        self.references(record, depth + 1)

    def references(self, record: str, depth: int) -> None:
        for name in _REFERENCE.findall(record.lower()):
            self.include(name.rstrip("."), depth)
        for name in _HOST.findall(record.lower()):
            self.host(name.rstrip("."))

    def domain(self, p: Profile) -> Iterator[str]:
        """One domain's zone."""
        ns = self.dice.randrange(HOSTS)
        yield "$TTL 3600"
        yield f"@ SOA ns1.dns{ns}.example.net. hostmaster.dns{ns}.example.net. 2026112101 7200 3600 1209600 300"
        yield f"@ NS ns1.dns{ns}.example.net."
        yield f"@ NS ns2.dns{ns}.example.net."
        yield f"@ A {self.address()}"
        yield f"www A {self.address()}"
        for i, host in enumerate(p.mx):
            self.host(host)
            yield f"@ MX {10 * (i + 1)} {host}."
            if host.endswith("." + p.domain):
                yield f"{host}. A {self.address()}"
        yield f"@ TXT {_text(p.spf)}"
        self.references(p.spf, 0)
        yield f"_dmarc TXT {_text(self.dice.choice(self.dmarc))}"
        for selector in self.dice.sample(SELECTORS, 2):
            yield f"{selector}._domainkey TXT {_text(self.dice.choice(self.keys))}"
        if self.dice.random() < 0.5:
            yield f"_smtp._tls TXT {_text(f'v=TLSRPTv1; rua=mailto:tls@{p.domain}')}"


def build(corpus: Path, count: int) -> World:
    """
    A world of ``count`` domains. Beyond the corpus's own 15,000 domains, names are made up that publish what a
    real one does.
    """
    builder = _Builder(corpus)
    chosen = _chosen(profiles(corpus), count, builder.dice)
    builder.own = {p.domain for p in chosen}
    for p in chosen:
        builder.zones[p.domain] = "\n".join(dict.fromkeys(builder.domain(p))) + "\n"
    for i in range(HOSTS):
        builder.host(f"ns1.dns{i}.example.net")
        builder.host(f"ns2.dns{i}.example.net")
    root = ["$TTL 3600", ". SOA ns1.dns0.example.net. hostmaster.example.net. 1 7200 3600 1209600 300"]
    root += [". NS ns1.dns0.example.net."]
    root += [line for lines in builder.shared.values() for line in lines]
    builder.zones["."] = "\n".join(root) + "\n"
    domains = [p.domain for p in chosen]
    builder.dice.shuffle(domains)
    return World(builder.zones, domains, list(_questions(domains)))


def _chosen(real: list[Profile], count: int, dice: random.Random) -> list[Profile]:
    if count <= len(real):
        return dice.sample(real, count)
    more = [
        Profile(f"b{i}.{p.domain.replace('.', '-')[:50].strip('-_')}.example", p.mx, p.spf)
        for i, p in enumerate(dice.choices(real, k=count - len(real)))
    ]
    return real + more


def _questions(domains: Iterable[str]) -> Iterator[tuple[str, int]]:
    for domain in domains:
        yield domain, 15
        yield domain, 16
        yield f"_dmarc.{domain}", 16
        yield f"google._domainkey.{domain}", 16
        yield f"_smtp._tls.{domain}", 16


def without_nested_includes(world: World) -> list[str]:
    """Domains whose SPF includes nothing that includes or redirects further; their chain is short."""
    shared = world.zones["."]
    nested = {
        line.split(". TXT ", 1)[0]
        for line in shared.splitlines()
        if ". TXT " in line and _REFERENCE.search(line)
    }
    out = []
    for domain in world.domains:
        record = next((x for x in world.zones[domain].splitlines() if x.startswith('@ TXT "v=spf1')), "")
        names = {n.rstrip('."').lower() for n in _REFERENCE.findall(record)}
        if names and not names & nested and "redirect=" not in record and "%" not in record:
            out.append(domain)
    return out
