"""Zones signed by hand, each odd in one way: any algorithm, any time, any proof, stripped or spoiled."""

from __future__ import annotations

import base64
import itertools
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import dns.dnssec
import dns.name
import dns.rdatatype
import dns.rrset
import dns.zone
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, rsa

DAY = 86_400
RRSIG, NSEC, NSEC3, DNSKEY, DS, NS, SOA = (
    dns.rdatatype.from_text(word) for word in ("RRSIG", "NSEC", "NSEC3", "DNSKEY", "DS", "NS", "SOA")
)
HEAD = "$TTL 300\n@ SOA ns.test. hostmaster.test. 1 7200 3600 1209600 300\n@ NS ns.test.\n"
Sets = dict[tuple[dns.name.Name, Any], dns.rrset.RRset]


@cache
def private(algorithm: int, number: int) -> Any:
    """A key of an algorithm; the same for the same number, for all zones of a run."""
    if algorithm in (5, 7, 8, 10):
        return rsa.generate_private_key(65537, 2048 if number < 9 else 1024)
    if algorithm in (13, 14):
        return ec.generate_private_key(ec.SECP256R1() if algorithm == 13 else ec.SECP384R1())
    return ed25519.Ed25519PrivateKey.generate() if algorithm == 15 else ed448.Ed448PrivateKey.generate()


@dataclass(frozen=True)
class Key:
    """A zone's key; ``signs`` are the types it signs, all if empty."""

    algorithm: int = 13
    number: int = 1
    flags: int = 257
    protocol: int = 3
    published: bool = True

    @property
    def dnskey(self) -> Any:
        """Its DNSKEY record."""
        made = dns.dnssec.make_dnskey(
            private(self.algorithm, self.number).public_key(), self.algorithm, self.flags, self.protocol
        )
        return made

    def ds(self, zone: str, digest: int = 2, *, spoiled: bool = False, claimed: int | None = None) -> str:
        """Its DS record's data; with ``spoiled`` of another key, with ``claimed`` under another algorithm."""
        record = dns.dnssec.make_ds(dns.name.from_text(zone), self.dnskey, digest, validating=True)
        data = bytes(octet ^ 255 for octet in record.digest) if spoiled else record.digest
        number = self.algorithm if claimed is None else claimed
        return f"{record.key_tag} {number} {digest} {data.hex()}"


@dataclass(frozen=True)
class Odd:
    """
    A zone and how it is signed: by ``keys``, the first vouched for by the parent, between two times in seconds from now.

    ``ds`` replaces the parent's records (`()` for none), ``after`` changes the signed sets, ``hashed`` is
    (iterations, salt, opt-out) for NSEC3; ``signers`` picks the keys of a type.
    """

    text: str = "@ MX 10 mail\nmail A 192.0.2.25\n"
    keys: tuple[Key, ...] = (Key(),)
    ds: Callable[[str], Iterable[str]] | None = None
    begins: int = -2 * DAY
    ends: int = 20 * DAY
    hashed: tuple[int, str, bool] | None = None
    after: Callable[[Sets, dns.name.Name], None] | None = None
    signers: Mapping[str, tuple[Key, ...]] = field(default_factory=dict)
    signed: bool = True

    def published_ds(self, name: str) -> list[str]:
        """What the parent publishes for it."""
        if self.ds is not None:
            return list(self.ds(name))
        return [self.keys[0].ds(name)] if self.signed else []


def master_file(name: str, odd: Odd, children: Mapping[str, Iterable[str]]) -> str:
    """The zone as a name server reads it, signed; ``children`` are the DS records of its delegations."""
    origin = dns.name.from_text(name)
    text = HEAD + odd.text + "".join(f"{c}. NS ns.test.\n" for c in children)
    text += "".join(f"{child}. DS {data}\n" for child, found in children.items() for data in found)
    zone = dns.zone.from_text(text, origin, relativize=False, check_origin=False)
    sets: Sets = {}
    for owner, rdataset in zone.iterate_rdatasets():
        sets[owner, rdataset.rdtype] = _rrset(owner, rdataset)
    if odd.signed:
        _sign(sets, origin, odd)
    if odd.after:
        odd.after(sets, origin)
    return "\n".join(rrset.to_text(want_generic=False) for rrset in sets.values()) + "\n"


def _rrset(owner: dns.name.Name, rdataset: Any) -> dns.rrset.RRset:
    return dns.rrset.from_rdata_list(owner, 300, list(rdataset))


def _sign(sets: Sets, origin: dns.name.Name, odd: Odd) -> None:
    published = [key.dnskey for key in odd.keys if key.published]
    sets[origin, DNSKEY] = dns.rrset.from_rdata_list(origin, 300, published)
    cuts = {owner for owner, rdtype in sets if rdtype == NS and owner != origin}
    if odd.hashed is None:
        _chain(sets, origin, cuts)
    else:
        _hashed_chain(sets, origin, cuts, *odd.hashed)
    for (owner, rdtype), rrset in list(sets.items()):
        if rdtype in (RRSIG,) or _unsigned(owner, rdtype, cuts):
            continue
        word = dns.rdatatype.to_text(rdtype)
        made = [sign(rrset, key, origin, odd.begins, odd.ends) for key in odd.signers.get(word, odd.keys)]
        signatures = sets.setdefault((owner, RRSIG), dns.rrset.RRset(owner, 1, RRSIG))
        for signature in made:
            signatures.items[signature] = None
        signatures.ttl = 300


def _unsigned(owner: dns.name.Name, rdtype: Any, cuts: set[dns.name.Name]) -> bool:
    """Delegations and what lies below them (RFC 4035 section 2.2)."""
    if owner in cuts:
        return rdtype not in (DS, NSEC, NSEC3)
    return any(owner.is_subdomain(cut) for cut in cuts)


def sign(rrset: Any, key: Key, origin: dns.name.Name, begins: int = -2 * DAY, ends: int = 20 * DAY) -> Any:
    """One signature over a set."""
    now = int(time.time())
    return dns.dnssec.sign(
        rrset,
        private(key.algorithm, key.number),
        origin,
        key.dnskey,
        inception=now + begins,
        expiration=now + ends,
        policy=dns.dnssec.allow_all_policy,
    )


def _names(sets: Sets, origin: dns.name.Name, cuts: set[dns.name.Name]) -> list[dns.name.Name]:
    """The owners a proof knows: not those below a delegation."""
    known = {owner for owner, _ in sets}
    return sorted(n for n in known if not any(n != cut and n.is_subdomain(cut) for cut in cuts))


def _types(sets: Sets, owner: dns.name.Name, more: str) -> str:
    found = [dns.rdatatype.to_text(rdtype) for name, rdtype in sets if name == owner]
    return " ".join(found) + more


def _chain(sets: Sets, origin: dns.name.Name, cuts: set[dns.name.Name]) -> None:
    names = _names(sets, origin, cuts)
    made = {}
    for owner, following in itertools.pairwise([*names, origin]):
        text = f"{following} {_types(sets, owner, ' NSEC RRSIG')}"
        made[owner, NSEC] = dns.rrset.from_text(owner, 300, "IN", "NSEC", text)
    sets.update(made)


def _hashed_chain(
    sets: Sets, origin: dns.name.Name, cuts: set[dns.name.Name], iterations: int, salt: str, opt_out: bool
) -> None:
    sets[origin, dns.rdatatype.NSEC3PARAM] = dns.rrset.from_text(
        origin, 300, "IN", "NSEC3PARAM", f"1 0 {iterations} {salt or '-'}"
    )
    names = set(_names(sets, origin, cuts))
    if opt_out:
        names = {n for n in names if n not in cuts or (n, DS) in sets}
    for name in list(names):
        while name != origin:
            name = name.parent()
            names.add(name)
    hashes = sorted((dns.dnssec.nsec3_hash(n, salt or None, iterations, 1), n) for n in names)
    made = {}
    for (digest, name), (following, _) in itertools.pairwise([*hashes, hashes[0]]):
        plain = name in cuts and (name, DS) not in sets
        types = _types(sets, name, "" if plain or not any(o == name for o, _ in sets) else " RRSIG")
        text = f"1 {int(opt_out)} {iterations} {salt or '-'} {following} {types}"
        owner = dns.name.from_text(digest, origin)
        made[owner, NSEC3] = dns.rrset.from_text(owner, 300, "IN", "NSEC3", text)
    sets.update(made)


# -- oddities --------------------------------------------------------------------------------------


def without(*kinds: str, owner: str = "@", covering: str = "") -> Callable[[Sets, dns.name.Name], None]:
    """Takes sets away after signing; ``covering`` takes the signatures over one type only."""

    def change(sets: Sets, origin: dns.name.Name) -> None:
        at = dns.name.from_text(owner, origin)
        for (name, rdtype), rrset in list(sets.items()):
            word = dns.rdatatype.to_text(rdtype)
            if word in kinds and (owner == "*any" or name == at):
                del sets[name, rdtype]
            if covering and rdtype == RRSIG and name == at:
                for signature in [s for s in rrset if dns.rdatatype.to_text(s.covers()) == covering]:
                    del rrset.items[signature]

    return change


def spoiled(covering: str, owner: str = "@") -> Callable[[Sets, dns.name.Name], None]:
    """One octet of the signatures over a type is another."""

    def change(sets: Sets, origin: dns.name.Name) -> None:
        at = dns.name.from_text(owner, origin)
        signatures = [s for (n, t), s in sets.items() if t == RRSIG and (owner == "*any" or n == at)]
        for rrset in signatures:
            for signature in [s for s in rrset if dns.rdatatype.to_text(s.covers()) == covering]:
                data = bytes([signature.signature[0] ^ 1]) + signature.signature[1:]
                del rrset.items[signature]
                rrset.items[signature.replace(signature=data)] = None

    return change


def resigned(
    covering: str, *times: tuple[int, int], owner: str = "@", key: Key | None = None, signer: str = ""
) -> Callable[[Sets, dns.name.Name], None]:
    """The signatures over a type are others: one for each (begins, ends), in days."""

    def change(sets: Sets, origin: dns.name.Name) -> None:
        at = dns.name.from_text(owner, origin)
        rrset, target = sets[at, RRSIG], sets[at, dns.rdatatype.from_text(covering)]
        without(covering=covering, owner=owner)(sets, origin)
        by = dns.name.from_text(signer) if signer else origin
        for begins, ends in times:
            rrset.items[sign(target, key or Key(), by, begins * DAY, ends * DAY)] = None

    return change


def replaced(text: str, rdtype: str, owner: str = "@") -> Callable[[Sets, dns.name.Name], None]:
    """The data of a set is other than what was signed."""

    def change(sets: Sets, origin: dns.name.Name) -> None:
        at = dns.name.from_text(owner, origin)
        sets[at, dns.rdatatype.from_text(rdtype)] = dns.rrset.from_text(at, 300, "IN", rdtype, text)

    return change


def unknown_digest(number: int) -> str:
    """DS data of a digest type nobody knows."""
    return f"12345 13 {number} {base64.b16encode(bytes(32)).decode()}"
