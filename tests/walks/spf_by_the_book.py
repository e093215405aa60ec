"""
check_host() written a second time, from RFC 7208 alone and for sound records only: what the real one is compared with.

It knows nothing of pyspf nor of the grammar of the house, takes no care of speed, and does not count void look-ups.
"""

from __future__ import annotations

import ipaddress
import re
from typing import NamedTuple

from mailsetup.model.dns import MX, TXT, DnsAnswer, DnsQuestion, Rdata
from tests.zones import ClosedWorld

LOOKUPS, EXCHANGES, NAMES = 10, 10, 10  # section 4.6.4
RESULTS = {"+": "pass", "-": "fail", "~": "softfail", "?": "neutral"}

_MACRO = re.compile(r"%%|%_|%-|%\{([a-z])([0-9]*)(r?)([-.+,/_=]*)\}", re.IGNORECASE)
_MODIFIER = re.compile(r"([a-z][a-z0-9_.-]*)=(.*)", re.IGNORECASE)
_HOST = re.compile(r"([a-z]+)(?::(.*?))?(?:/([0-9]+))?(?://([0-9]+))?\Z", re.IGNORECASE)
_NETWORK = re.compile(r"ip[46]:([^/]*)(?:/([0-9]+))?\Z", re.IGNORECASE)


class Permanent(Exception):
    """The record cannot be evaluated."""


class Temporary(Exception):
    """An answer cannot be had."""


class Record(NamedTuple):
    """The terms of a record: directives in their order, and the two modifiers that count."""

    directives: tuple[str, ...]
    redirect: str
    explanation: str


class Check:
    """One connection: who asks, from where, and how many look-ups were made."""

    def __init__(self, world: ClosedWorld, ip: str, sender: str, helo: str) -> None:
        self.world, self.lookups = world, 0
        address = ipaddress.ip_address(ip)
        self.ip = getattr(address, "ipv4_mapped", None) or address
        local, _, domain = sender.rpartition("@") if sender else ("", "", helo)
        self.domain = domain.lower()
        self.letters = {"l": local or "postmaster", "o": self.domain, "h": helo if sender else self.domain}
        self.letters |= {"c": str(self.ip), "r": "receiver.example", "t": "1"}
        self.letters["s"] = f"{self.letters['l']}@{self.domain}"
        four = self.ip.version == 4
        self.rdtype, self.letters["v"] = ("A", "in-addr") if four else ("AAAA", "ip6")
        self.letters["i"] = str(self.ip) if four else ".".join(self.ip.exploded.replace(":", "").upper())

    def result(self) -> tuple[str, str]:
        """The RFC's word and, for a fail, the explanation."""
        try:
            return self.evaluate(self.domain)
        except Permanent:
            return "permerror", ""
        except Temporary:
            return "temperror", ""

    def ask(self, name: str, rdtype: str) -> tuple[Rdata, ...]:
        """Sections 4.3 and 4.8: a name that cannot be is not asked for."""
        if len(name) > 253 or not all(0 < len(label) <= 63 for label in name.split(".")):
            return ()
        written = re.sub(r'["();@$\\]', r"\\\g<0>", re.sub(r"[^!-~]", _decimal, name.lower()))
        answer = self.world.answer(DnsQuestion(written, rdtype))
        assert isinstance(answer, DnsAnswer)
        if answer.unknown:
            raise Temporary
        return answer.records

    def record(self, domain: str) -> Record | None:
        """Sections 4.4 to 4.6."""
        if "." not in domain:
            return None
        texts = [r.text for r in self.ask(domain, "TXT") if isinstance(r, TXT)]
        texts = [text for text in texts if re.match(r"v=spf1( |\Z)", text, re.IGNORECASE)]
        if len(texts) > 1:
            raise Permanent
        if not texts:
            return None
        directives, found = [], {"redirect": "", "exp": ""}
        for term in texts[0].split()[1:]:
            modifier = _MODIFIER.match(term)
            if modifier is None:
                directives.append(term)
            elif modifier[1].lower() in found:
                found[modifier[1].lower()] = modifier[2]
        return Record(tuple(directives), found["redirect"], found["exp"])

    def evaluate(self, domain: str) -> tuple[str, str]:
        """Sections 4.6.2, 4.7, 6.1 and 6.2."""
        record = self.record(domain)
        if record is None:
            return "none", ""
        for term in record.directives:
            sign, directive = (term[0], term[1:]) if term[0] in RESULTS else ("+", term)
            if self.matches(directive, domain):
                explained = sign == "-" and record.explanation
                return RESULTS[sign], self.explain(record.explanation, domain) if explained else ""
        if not record.redirect:
            return "neutral", ""
        self.count()
        result, text = self.evaluate(self.target(record.redirect, domain))
        if result == "none":
            raise Permanent
        return result, text

    def count(self) -> None:
        self.lookups += 1
        if self.lookups > LOOKUPS:
            raise Permanent

    def matches(self, directive: str, domain: str) -> bool:
        """Section 5."""
        network = _NETWORK.match(directive)
        if network:
            return self.within([network[1]], *([network[2]] * 2))
        parts = _HOST.match(directive)
        assert parts, directive
        name = parts[1].lower()
        if name == "all":
            return True
        self.count()
        target = self.target(parts[2], domain) if parts[2] else domain
        if name == "include":
            result, _ = self.evaluate(target)
            if result == "none":
                raise Permanent
            return result == "pass"
        if name == "exists":
            return bool(self.ask(target, "A"))
        if name == "ptr":
            return any(f".{host}".endswith(f".{target.lower()}") for host in self.validated())
        hosts = [target]
        if name == "mx":
            exchanges = sorted(r for r in self.ask(target, "MX") if isinstance(r, MX))
            if len(exchanges) > EXCHANGES:
                raise Permanent
            hosts = [r.exchange for r in exchanges if r.exchange]
        return any(self.within(self.ask(host, self.rdtype), parts[3], parts[4]) for host in hosts)

    def within(self, addresses: list[str] | tuple[Rdata, ...], four: str | None, six: str | None) -> bool:
        """Whether the client stands in the network of one of the addresses."""
        length = four if self.ip.version == 4 else six
        suffix = f"/{length}" if length else ""
        networks = (
            ipaddress.ip_network(f"{address}{suffix}", strict=False) for address in _own(addresses, self.ip)
        )
        return any(self.ip in network for network in networks)

    def validated(self) -> list[str]:
        """Section 5.5."""
        try:
            names = [str(r).lower() for r in self.ask(self.ip.reverse_pointer, "PTR")][:NAMES]
        except Temporary:
            return []
        found = []
        for name in names:
            try:
                if self.within(self.ask(name, self.rdtype), None, None):
                    found.append(name)
            except Temporary:
                continue
        return found

    def explain(self, spec: str, domain: str) -> str:
        """Section 6.2."""
        try:
            texts = [r.text for r in self.ask(self.target(spec, domain), "TXT") if isinstance(r, TXT)]
        except Temporary:
            return ""
        return self.expand(texts[0], domain) if len(texts) == 1 else ""

    def target(self, spec: str, domain: str) -> str:
        """Section 7.3: without the dot at the end, and cut from the left."""
        name = self.expand(spec, domain).removesuffix(".")
        while len(name) > 253:
            name = name.partition(".")[2]
        return name

    def expand(self, text: str, domain: str) -> str:
        """Sections 7.2 and 7.3."""
        return _MACRO.sub(lambda macro: self.macro(macro, domain), text)

    def macro(self, macro: re.Match[str], domain: str) -> str:
        if macro[1] is None:
            return {"%%": "%", "%_": " ", "%-": "%20"}[macro[0]]
        letter = macro[1].lower()
        value = domain if letter == "d" else self.own_name(domain) if letter == "p" else self.letters[letter]
        parts = re.split(f"[{re.escape(macro[4] or '.')}]", value)
        parts = parts[::-1] if macro[3] else parts
        value = ".".join(parts[-int(macro[2]) :] if macro[2] else parts)
        return (
            re.sub(r"[^A-Za-z0-9._~-]", lambda c: f"%{ord(c[0]):02X}", value) if macro[1].isupper() else value
        )

    def own_name(self, domain: str) -> str:
        """Section 7.3, ``p``."""
        names = self.validated()
        better = [n for n in names if n == domain] or [n for n in names if n.endswith(f".{domain}")] or names
        return better[0] if better else "unknown"


def _decimal(character: re.Match[str]) -> str:
    return f"\\{ord(character[0]):03d}"


def _own(
    addresses: list[str] | tuple[Rdata, ...], ip: ipaddress.IPv4Address | ipaddress.IPv6Address
) -> list[str]:
    """The addresses of the client's family."""
    return [str(a) for a in addresses if (":" in str(a)) == (ip.version == 6)]
