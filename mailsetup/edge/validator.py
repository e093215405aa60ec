"""
DNSSEC validated here, from a root trust anchor down (RFC 4035 section 5): no resolver's word is taken for it.

The resolvers are asked with DO and CD, so that they hand over signatures and do not judge. Every zone
on the way is validated once and kept for all domains.
"""

from __future__ import annotations

import asyncio
import tomllib
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from importlib.resources import files
from typing import TYPE_CHECKING, Any, NamedTuple

import dns.asyncquery
import dns.dnssec
import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdataclass
import dns.rdataset
import dns.rdatatype
import dns.rrset

from mailsetup.model import retold
from mailsetup.model.dns import DnssecAnswer, DnssecQuestion, DnssecStatus, Outcome
from mailsetup.model.errors import InputError
from mailsetup.model.message import phrase, say
from mailsetup.model.names import printable

from .dns.addresses import Address
from .dnssec_proofs import Proof, absent, expands, no_ds
from .files import read_text
from .once import Once

if TYPE_CHECKING:
    from .neighbours import Neighbours

TRIES = 2  # of each resolver
ALIAS_LIMIT = 8  # aliases followed
KEPT = 4096  # answers and zones kept before those that have come are dropped
AT_ONCE = 64
TRIALS = 64  # ours: keys tried on signatures, or on DS records, of one set; honest zones need a handful
TIME = "%Y-%m-%dT%H:%M:%SZ"
ALGORITHMS = frozenset({5, 7, 8, 10, 13, 14, 15, 16})  # what dnspython can verify
SHA1 = 1
DIGESTS = frozenset({SHA1, 2, 4})  # RFC 9904: SHA-1, SHA-256, SHA-384
NO_MATCH = phrase("no key of the zone matches its DS records")
ONLY_SHA1 = phrase(
    "its DS record of SHA-1 fits, but does not count beside others that do not (RFC 4509 section 3)"
)
ZONE_KEY = 0x0100  # RFC 4034 section 2.1.1
DS, DNSKEY, CNAME, DNAME = (
    dns.rdatatype.DS, dns.rdatatype.DNSKEY, dns.rdatatype.CNAME, dns.rdatatype.DNAME
)  # fmt: skip


class Unanswered(Exception):
    """Nobody could say: not secure, not insecure, not bogus."""

    def __init__(self, outcome: Outcome, detail: str) -> None:
        super().__init__(detail)
        self.outcome = outcome


class SignedQuestion(NamedTuple):
    """What a resolver is asked with DO and CD: a name in presentation form, and a type's mnemonic."""

    name: str
    rdtype: str


class Said:
    """
    A resolver's message. It goes to another process as the octets that came: not all that dnspython makes of one (APL)
    can be unpickled.
    """

    __slots__ = ("message",)

    def __init__(self, message: Any) -> None:
        self.message = message

    def __reduce__(self) -> tuple[Callable[[bytes], Said], tuple[bytes]]:
        return _read, (self.message.wire,)


def _read(wire: bytes) -> Said:
    return Said(dns.message.from_wire(wire))


class Silence(NamedTuple):
    """Why no resolver said what was asked."""

    outcome: Outcome
    detail: str


class Bogus(Exception):
    """Validation fails; the text says how."""


class Zone(NamedTuple):
    """
    Where a chain of trust has got to; ``keys`` are the zone's validated keys while it is secure.

    ``above`` is the secure zone that did not prove whether another begins below it; what it signed itself still
    validates.
    """

    name: dns.name.Name
    status: DnssecStatus
    keys: dns.rdataset.Rdataset | None = None
    detail: str = ""
    gone: bool = False
    above: Zone | None = None


class Valid(NamedTuple):
    """Of a set that validates: when the last of its valid signatures ends, and the most labels one of them names."""

    ends: str
    labels: int


def shipped_anchors() -> tuple[str, ...]:
    """The root's DS records as they are shipped."""
    text = files("mailsetup").joinpath("data/root_anchors.toml").read_text(encoding="utf-8")
    return tuple(tomllib.loads(text)["anchors"])


def read_anchors(path: str) -> tuple[str, ...]:
    """The DS and DNSKEY records of a file, one a line; raises `InputError` when there is none."""
    text = read_text(path, phrase("trust anchor"))[:65_536]
    lines = (line.partition(";")[0].strip() for line in text.splitlines())
    found = tuple(line for line in lines if {"DS", "DNSKEY"} & set(line.upper().split()))
    if not found:
        raise InputError(say("--trust-anchor: {path} holds no DS or DNSKEY record", path=path))
    return found


def _anchor_set(lines: Iterable[str]) -> tuple[dns.name.Name, dns.rdataset.Rdataset]:
    """The anchors as one DS set; all are of one zone, the root unless it is a test's."""
    import dns.rdata

    owner, found = dns.name.root, dns.rdataset.Rdataset(dns.rdataclass.IN, DS)
    for line in lines:
        words = line.split()
        kind = next(i for i, word in enumerate(words) if word.upper() in ("DS", "DNSKEY"))
        owner = dns.name.from_text(words[0])
        record: Any = dns.rdata.from_text("IN", words[kind], " ".join(words[kind + 1 :]))
        found.add(
            record if record.rdtype == DS else dns.dnssec.make_ds(owner, record, "SHA256", validating=True)
        )
    return owner, found


class Validator:
    """Validates record sets. ``anchors`` are DS or DNSKEY records in presentation form, the shipped ones if none."""

    def __init__(
        self,
        addresses: Sequence[Address],
        *,
        timeout: float = 2.0,
        anchors: Sequence[str] = (),
        neighbours: Neighbours | None = None,
    ) -> None:
        self._addresses, self._timeout = tuple(addresses), timeout
        self._anchors = tuple(anchors)
        self._tasks: dict[tuple[str, ...], asyncio.Task[Any]] = {}
        self.queries = Once(self._ask_in_turn, kept=KEPT, at_once=AT_ONCE, neighbours=neighbours)

    def ask(self, question: DnssecQuestion) -> asyncio.Task[Any]:
        """The promise of an answer."""
        return self._once(("answer", *question), lambda: self._answer(question))

    async def close(self) -> None:
        """Breaks off what is under way and forgets every zone."""
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._tasks.clear()
        await self.queries.close()

    def _once(self, key: tuple[str, ...], start: Callable[[], Any]) -> asyncio.Task[Any]:
        task = self._tasks.get(key)
        if task is None:
            if len(self._tasks) >= KEPT:
                self._tasks = {k: t for k, t in self._tasks.items() if not t.done()}
            task = self._tasks[key] = asyncio.ensure_future(start())
        return task

    async def _answer(self, question: DnssecQuestion) -> DnssecAnswer:
        try:
            name = dns.name.from_text(question.name)
            rdtype = dns.rdatatype.from_text(question.rdtype)
            return await self._judged(name, rdtype, ALIAS_LIMIT)
        except Unanswered as fault:
            return DnssecAnswer(fault.outcome, detail=printable(str(fault))[:200])
        except asyncio.CancelledError:
            raise
        except Exception as fault:  # whatever an unknown server provokes is an answer, never our end
            return DnssecAnswer(Outcome.SERVFAIL, detail=printable(f"{type(fault).__name__}: {fault}")[:200])

    async def _judged(self, name: dns.name.Name, rdtype: Any, left: int) -> DnssecAnswer:
        zone = await self._zone(name)
        if zone.status is not DnssecStatus.SECURE:
            return await self._signed_above(name, rdtype, zone) or _said(
                zone, zone.status, detail=zone.detail
            )
        message = await self._query(name, rdtype)
        try:
            found = message.get_rrset(message.answer, name, dns.rdataclass.IN, rdtype)
            if found is not None:
                return _said(zone, *_positive(message, found, zone))
            alias = _alias(message, name)
            if alias is not None:
                return await self._behind(message, name, alias, rdtype, zone, left)
            status = absent(_signed(message.authority, zone), name, rdtype, zone.name)
            if status is DnssecStatus.BOGUS:
                raise Bogus(phrase("nothing signed proves that the records are absent"))
            return _said(zone, status)
        except Bogus as fault:
            return _said(zone, DnssecStatus.BOGUS, detail=str(fault))

    async def _signed_above(self, name: dns.name.Name, rdtype: Any, zone: Zone) -> DnssecAnswer | None:
        """Records that the last secure zone signed: no other zone begins between it and them."""
        if zone.above is None:
            return None
        try:
            message = await self._query(name, rdtype)
            found = message.get_rrset(message.answer, name, dns.rdataclass.IN, rdtype)
            return None if found is None else _said(zone.above, *_positive(message, found, zone.above))
        except (Bogus, Unanswered):
            return None

    async def _behind(
        self, message: Any, name: dns.name.Name, alias: Any, rdtype: Any, zone: Zone, left: int
    ) -> DnssecAnswer:
        """An alias and what it leads to: no safer than the weaker of the two."""
        status, ends = _positive(message, alias, zone)
        target = alias[0].target
        if alias.rdtype == DNAME:  # the CNAME beside it bears no signature (RFC 6672 section 5.3.1)
            target = name.relativize(alias.name).concatenate(target)
        if not left:
            raise Unanswered(Outcome.SERVFAIL, phrase("too many aliases"))
        behind = await self._judged(target, rdtype, left - 1)
        if behind.status is not DnssecStatus.SECURE:
            return behind
        return behind._replace(status=status, expires=min(filter(None, (ends, behind.expires)), default=""))

    # -- the chain of trust ------------------------------------------------------------------------

    async def _zone(self, name: dns.name.Name) -> Zone:
        """The zone that a name is in, as far down as the chain of trust reaches."""
        result = await self._once(("zone", name.to_text().lower()), lambda: self._find_zone(name))
        assert isinstance(result, Zone)
        return result

    async def _find_zone(self, name: dns.name.Name) -> Zone:
        top, anchors = _anchor_set(self._anchors or shipped_anchors())
        if name == top or not name.is_subdomain(top):
            return _sure_of_the_anchor(await self._with_keys(top, anchors))
        above = await self._zone(name.parent())
        if above.status is not DnssecStatus.SECURE or above.gone:
            return above
        message = await self._query(name, DS)
        try:
            found = message.get_rrset(message.answer, name, dns.rdataclass.IN, DS)
            if found is not None:
                _validate(message.answer, found, above)
                return await self._with_keys(name, found)
            if message.get_rrset(message.answer, name, dns.rdataclass.IN, CNAME) is not None:
                return above
            proof = no_ds(_signed(message.authority, above), name, above.name)
        except Bogus as fault:
            return Zone(above.name, DnssecStatus.BOGUS, detail=str(fault))
        if proof is None:
            why = retold.kept(retold.NO_DS_PROOF, name=str(name))
            return Zone(above.name, DnssecStatus.BOGUS, detail=why, above=above)
        if proof is Proof.TOO_COSTLY:
            return Zone(name, DnssecStatus.INSECURE, above=above)
        if proof is Proof.UNSIGNED:
            return Zone(name, DnssecStatus.INSECURE)
        return above._replace(gone=proof is Proof.GONE)

    async def _with_keys(self, name: dns.name.Name, ds: Any) -> Zone:
        """The zone whose keys its DS records vouch for."""
        known = [d for d in ds if d.algorithm in ALGORITHMS and d.digest_type in DIGESTS]
        if not known:
            return Zone(name, DnssecStatus.INSECURE, detail=phrase("signed with algorithms unknown here"))
        message = await self._query(name, DNSKEY)
        keys = message.get_rrset(message.answer, name, dns.rdataclass.IN, DNSKEY)
        if keys is None:
            return Zone(name, DnssecStatus.BOGUS, detail=phrase("there is a DS record, but no DNSKEY record"))
        pairs = [(key, d) for key, d in _pairs(keys, known) if key.flags & ZONE_KEY and _same(name, key, d)]
        counted = _without_sha1(known)
        vouched = list(dict.fromkeys(key for key, d in pairs if d in counted))
        if not vouched:
            return Zone(name, DnssecStatus.BOGUS, detail=ONLY_SHA1 if pairs else NO_MATCH)
        entry = dns.rdataset.from_rdata_list(keys.ttl, vouched)
        try:
            _validate(message.answer, keys, Zone(name, DnssecStatus.SECURE, entry))
        except Bogus as fault:
            return Zone(name, DnssecStatus.BOGUS, detail=str(fault))
        return Zone(name, DnssecStatus.SECURE, dns.rdataset.from_rdata_list(keys.ttl, list(keys)))

    # -- asking ------------------------------------------------------------------------------------

    async def _query(self, name: dns.name.Name, rdtype: Any) -> Any:
        """A resolver's message with signatures; raises `Unanswered`."""
        said = await self.queries.ask(SignedQuestion(name.to_text().lower(), dns.rdatatype.to_text(rdtype)))
        if isinstance(said, Silence):
            raise Unanswered(*said)
        return said.message

    async def _ask_in_turn(self, question: SignedQuestion) -> Said | Silence:
        """The message, or why there is none."""
        name, rdtype = dns.name.from_text(question.name), dns.rdatatype.from_text(question.rdtype)
        last = Silence(Outcome.TIMEOUT, phrase("there is no resolver"))
        for _ in range(TRIES):
            for address in self._addresses:
                query = dns.message.make_query(name, rdtype, want_dnssec=True, payload=1232)
                query.flags |= dns.flags.CD
                try:
                    message = await _exchange(query, address, self._timeout)
                except (dns.exception.Timeout, TimeoutError):
                    last = Silence(
                        Outcome.TIMEOUT, retold.kept(retold.SILENT_ABOUT, server=address.text, name=str(name))
                    )
                    continue
                except (dns.exception.DNSException, OSError, ValueError) as fault:
                    last = Silence(Outcome.SERVFAIL, f"{address.text}: {type(fault).__name__}")
                    continue
                if message.rcode() in (dns.rcode.NOERROR, dns.rcode.NXDOMAIN):
                    return Said(message)
                rcode = dns.rcode.to_text(message.rcode())
                last = Silence(
                    Outcome.SERVFAIL,
                    retold.kept(retold.ANSWERS_WITH, server=address.text, rcode=rcode, name=str(name)),
                )
        return last


def _sure_of_the_anchor(top: Zone) -> Zone:
    """The root's own failure is no domain's: a resolver without signatures, an old anchor, or a wrong clock."""
    if top.status is DnssecStatus.SECURE:
        return top
    raise Unanswered(Outcome.SERVFAIL, retold.kept(retold.ROOT_KEYS, fault=top.detail))


async def _exchange(query: Any, address: Address, timeout: float) -> Any:
    if address.scheme == "https":
        return await dns.asyncquery.https(query, address.url, timeout=timeout)
    if address.scheme == "tls":
        return await dns.asyncquery.tls(
            query, address.host, timeout=timeout, port=address.port, server_hostname=address.host
        )
    message, _ = await dns.asyncquery.udp_with_fallback(
        query, address.host, timeout=timeout, port=address.port
    )
    return message


def _said(zone: Zone, status: DnssecStatus, expires: str = "", detail: str = "") -> DnssecAnswer:
    name = zone.name.to_text(omit_final_dot=True).lower()
    return DnssecAnswer(Outcome.FOUND, status, "" if name == "." else name, expires, printable(detail)[:200])


def _pairs(keys: Iterable[Any], others: Iterable[Any]) -> list[tuple[Any, Any]]:
    """
    Keys with the signatures or DS records that name their tag; raises `Unanswered` where there are too many.

    Tags can be made to collide, so that every key would have to be tried on every signature (CVE-2023-50387).
    """
    tagged: dict[int, list[Any]] = {}
    for other in others:
        tagged.setdefault(other.key_tag, []).append(other)
    found: list[tuple[Any, Any]] = []
    for key in keys:
        found += [(key, other) for other in tagged.get(dns.dnssec.key_id(key), ())]
        if len(found) > TRIALS:
            raise Unanswered(Outcome.SERVFAIL, phrase("more keys and signatures than anybody tries"))
    return found


def _without_sha1(ds: list[Any]) -> list[Any]:
    """
    The DS records that count: SHA-1 beside a better digest does not (RFC 4509 section 3, RFC 6605 section 4).

    BIND keeps to it; Unbound does with ``harden-algo-downgrade``, and then takes the best digest alone.
    """
    return [d for d in ds if d.digest_type != SHA1] or ds


def _same(name: dns.name.Name, key: Any, ds: Any) -> bool:
    """Whether a DS record is that of a key."""
    try:
        made = dns.dnssec.make_ds(name, key, ds.digest_type, validating=True)
    except (dns.exception.DNSException, ValueError):
        return False
    return (made.key_tag, made.algorithm, made.digest) == (ds.key_tag, ds.algorithm, ds.digest)


def _signatures(section: list[Any], rrset: Any) -> Any:
    return next(
        (
            s
            for s in section
            if s.name == rrset.name and s.rdtype == dns.rdatatype.RRSIG and s.covers == rrset.rdtype
        ),
        None,
    )


def _alias(message: Any, name: dns.name.Name) -> Any:
    """The DNAME above a name, or its CNAME; None without either."""
    above = (s for s in message.answer if s.rdtype == DNAME and s.name != name and name.is_subdomain(s.name))
    return next(above, None) or message.get_rrset(message.answer, name, dns.rdataclass.IN, CNAME)


def _positive(message: Any, rrset: Any, zone: Zone) -> tuple[DnssecStatus, str]:
    """The status of records that came, and when their signature ends; raises `Bogus`."""
    valid = _validate(message.answer, rrset, zone)
    if valid.labels >= _labels(rrset.name):
        return DnssecStatus.SECURE, valid.ends
    status = expands(_signed(message.authority, zone), rrset.name, valid.labels, zone.name)
    if status is DnssecStatus.BOGUS:
        raise Bogus(phrase("nothing signed proves that the wildcard may answer"))
    return status, valid.ends


def _labels(name: dns.name.Name) -> int:
    """As signatures count them: neither the root nor a leading asterisk (RFC 4034 section 3.1.3)."""
    return len(name.labels) - 1 - name.is_wild()


def _validate(section: list[Any], rrset: Any, zone: Zone) -> Valid:
    """What the valid signatures over a set say; raises `Bogus` without one."""
    signatures = _signatures(section, rrset)
    what = f"{rrset.name} {dns.rdatatype.to_text(rrset.rdtype)}"
    if signatures is None:
        raise Bogus(retold.kept(retold.NO_SIGNATURE, what=what))
    assert zone.keys is not None
    _pairs(zone.keys, signatures)
    valid = [signature for signature in signatures if _holds(rrset, signature, zone)]
    if not valid:
        raise Bogus(
            retold.kept(_why(signatures, zone), what=what, fault=phrase("it does not fit the records"))
        )
    ends = max(signature.expiration for signature in valid)
    return Valid(datetime.fromtimestamp(ends, UTC).strftime(TIME), max(s.labels for s in valid))


def _holds(rrset: Any, signature: Any, zone: Zone) -> bool:
    """Whether a signature is one of the zone's keys over just these records, now."""
    assert zone.keys is not None
    try:
        dns.dnssec.validate_rrsig(
            rrset, signature, {zone.name: zone.keys}, policy=dns.dnssec.allow_all_policy
        )
    except (dns.exception.DNSException, ValueError):
        return False
    return True


def _why(signatures: Any, zone: Zone) -> str:
    now = datetime.now(UTC).timestamp()
    tags = {dns.dnssec.key_id(key) for key in zone.keys or ()}
    if all(signature.expiration < now for signature in signatures):
        return retold.SIGNATURE_EXPIRED
    if all(signature.inception > now for signature in signatures):
        return retold.SIGNATURE_EARLY
    if not any(signature.key_tag in tags for signature in signatures):
        return retold.SIGNATURE_OTHER_KEY
    return retold.SIGNATURE_WRONG


def _signed(section: list[Any], zone: Zone) -> list[dns.rrset.RRset]:
    """The NSEC and NSEC3 sets of a section whose signatures are valid; none that a wildcard made."""
    return [
        rrset
        for rrset in section
        if rrset.rdtype in (dns.rdatatype.NSEC, dns.rdatatype.NSEC3)
        and _validate(section, rrset, zone).labels >= _labels(rrset.name)
    ]
