"""
Whether the resolvers can be believed, asked before they are: do they answer, and do they lie?

A name under ``.invalid`` (RFC 6761 section 6.4), a top-level domain and a name of twenty random letters
do not exist. A resolver that finds an address there would find a mail server for anything, so that what it finds
proves nothing. `check_resolvers` is the small probe before each run, `examine` the long look
of ``mailsetup doctor``. REFUSED is an answer: an authoritative server has nothing to say
about names that are not its own. A name that has IPv4 addresses only shows who makes IPv6 addresses up (`dns64`).
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterable
from ipaddress import IPv6Network
from typing import TYPE_CHECKING, Final, NamedTuple, cast

from mailsetup.model import retold
from mailsetup.model.dns import Answer, DnsAnswer, DnsQuestion, Outcome
from mailsetup.model.errors import NoAnswers
from mailsetup.model.message import Message, say

from .dns64 import WITHOUT, SeeingThrough, prefixes

if TYPE_CHECKING:
    from .live import Live
    from .servers import Server

PATIENCE: Final = 2.4  # seconds until nobody having answered means that nobody does
ROUND: Final = 0.8  # seconds after which a resolver that kept silent is asked again
GRACE: Final = 0.15  # seconds the others get once one has answered
SAID_WHY: Final = (Outcome.SERVFAIL, Outcome.REFUSED)  # nobody listens, TLS fails: the system or we know why
EXAMINED_WITHIN: Final = 6.0  # seconds for the long look
SIGNED: Final = ""  # the root is signed everywhere
BROKEN: Final = "dnssec-failed.org"  # signed wrongly on purpose, https://dnssec-failed.org checked 2026-11


class Health(NamedTuple):
    """
    What was seen of one resolver; None means that it could not be told.

    ``captive``: every name has the same address, as networks with a sign-in page do. ``payload`` is
    its EDNS size in octets, 0 without EDNS; ``latency`` in milliseconds. ``refusing``: it knows its own zones
    and looks nothing up for others, as an authoritative server does. ``prefixes`` are those by which it makes up IPv6
    addresses (DNS64). ``fault`` is why it does not answer, where that was seen.
    """

    address: str
    answering: bool = False
    lying: bool = False
    captive: bool = False
    validating: bool | None = None
    tcp: bool | None = None
    payload: int = 0
    latency: float | None = None
    refusing: bool = False
    prefixes: tuple[str, ...] = ()
    fault: str = ""

    @property
    def facts(self) -> tuple[Message, ...]:
        """Each thing seen, as a message."""
        if not self.answering:
            return (
                say("does not answer: {fault}", fault=retold.as_message(self.fault))
                if self.fault
                else say("does not answer"),
            )
        said = [say("answers in {ms} ms", ms=round(self.latency or 0))]
        if self.captive:
            said.append(say("gives the same address for names that cannot exist (a sign-in page?)"))
        elif self.lying:
            said.append(say("answers for names that cannot exist"))
        if self.refusing:
            said.append(say("but only for its own zones (refuses recursion)"))
        if self.prefixes:
            said.append(
                say(
                    "makes up IPv6 addresses for hosts that have none (DNS64, {prefixes}); they do not count as published",
                    prefixes=_listed(self.prefixes),
                )
            )
        if self.validating is not None:
            said.append(say("checks DNSSEC") if self.validating else say("does not check DNSSEC"))
        if self.tcp is not None:
            said.append(
                say("TCP works") if self.tcp else say("TCP does not work: long answers will be missing")
            )
        size = self.payload
        said.append(say("EDNS up to {size} octets", size=size) if size else say("knows no EDNS"))
        return tuple(said)

    @property
    def sentence(self) -> str:
        """All of it in one line of English."""
        return "; ".join(str(fact) for fact in self.facts)


class _Look:
    """One resolver under the probe: its questions and what came of them."""

    def __init__(self, live: Live, server: Server) -> None:
        self.live = live
        self.server = server
        self.began = live.now()
        self.latency: float | None = None
        self.pending: set[asyncio.Future[Answer]] = set()
        self.addresses: list[tuple[object, ...]] = []
        self.prefixes: tuple[IPv6Network, ...] = ()
        self.fault = ""

    def ask_for_nothing(self) -> None:
        """Asks for the addresses of names that cannot exist, in three places since liars are choosy."""
        for name in (f"{_letters()}.invalid", _letters(), f"www.{_letters()}.com"):
            future = self.live.put(self.server, DnsQuestion(name, "A"))
            self.pending.add(future)
            future.add_done_callback(self._judge)
        if isinstance(self.live, SeeingThrough) and self.live.knows(self.server):
            return
        future = self.live.put(self.server, WITHOUT)
        self.pending.add(future)
        future.add_done_callback(self._learn)

    def _learn(self, future: asyncio.Future[Answer]) -> None:
        self.pending.discard(future)
        if future.cancelled():
            return
        answer = cast(DnsAnswer, future.result())
        self._came(answer)
        if answer.found:
            self.prefixes = prefixes(answer.records)
        if isinstance(self.live, SeeingThrough) and not answer.unknown:
            self.live.learn(self.server, self.prefixes)

    def _came(self, answer: DnsAnswer) -> None:
        if not self.server.heard and answer.outcome in SAID_WHY:
            self.fault = answer.detail
        if self.server.heard and self.latency is None:
            self.latency = (self.live.now() - self.began) * 1000

    def _judge(self, future: asyncio.Future[Answer]) -> None:
        # Comes late for a slow resolver, while the run is under way: better late than never.
        self.pending.discard(future)
        if future.cancelled():
            return
        answer = cast(DnsAnswer, future.result())
        self._came(answer)
        if answer.found:
            self.addresses.append(answer.records)
            self.live.believe_nothing_of(self.server)

    @property
    def lying(self) -> bool:
        return bool(self.addresses)

    @property
    def captive(self) -> bool:
        return len(self.addresses) > 1 and len(set(self.addresses)) == 1

    @property
    def done(self) -> bool:
        return not self.pending


def _letters() -> str:
    return "".join(random.SystemRandom().choices("bcdfghjklmnpqrstvwxz", k=20))  # `secrets` loads digests too


async def check_resolvers(live: Live) -> list[Message]:
    """
    The probe before a run: what the user should know about the resolvers.

    Raises `NoAnswers` within three seconds when nobody answers. A liar is marked, so that `Live`
    believes nothing it finds; the silent ones come last for a while.
    """
    looks = [_Look(live, server) for server in live.servers()]
    if not looks:
        raise NoAnswers(
            say(
                "no resolver is configured on this machine; name one with --resolver ADDR, or read "
                "DNS from a file with --zone or --from"
            )
        )
    await _look_at(looks, live)
    if not any(look.server.heard for look in looks):
        faults = dict.fromkeys(look.fault for look in looks if look.fault)
        raise NoAnswers(
            say(
                "no resolver answers ({resolvers}): {fault}; name another with --resolver ADDR, or read DNS from a file "
                "with --zone or --from",
                resolvers=_listed(look.server.text for look in looks),
                fault=retold.as_message(next(iter(faults))),
            )
            if faults
            else say(
                "no resolver answers ({resolvers}); check the network, name another with --resolver "
                "ADDR, or read DNS from a file with --zone or --from",
                resolvers=_listed(look.server.text for look in looks),
            )
        )
    for look in looks:
        if not look.server.heard:
            look.server.rest()
    return [*_notes(looks), *await _made_up(looks, live)]


async def _made_up(looks: list[_Look], live: Live) -> list[Message]:
    """Whose made-up addresses (DNS64) hide what is published; the others tell it who asks."""
    if not isinstance(live, SeeingThrough) or not live.prefixes:
        return []
    hiding = [look for look in looks if look.prefixes and not look.lying and await live.insists(look.server)]
    return [
        say(
            "warning: the resolver {address} makes up IPv6 addresses (DNS64) and does not tell which are published; what "
            "hangs on IPv6 stays open; name another resolver with --resolver ADDR",
            address=look.server.text,
        )
        for look in hiding
    ]


async def _look_at(looks: list[_Look], live: Live) -> None:
    ends = live.now() + PATIENCE
    for look in looks:
        look.ask_for_nothing()
    again = live.now() + ROUND
    while (now := live.now()) < ends and (waiting := [look for look in looks if not look.done]):
        heard = [look for look in looks if look.server.heard]
        if heard:
            slowest = max(look.latency or 0.0 for look in heard) / 1000
            ends = min(ends, now + max(GRACE, 3 * slowest))
        elif now >= again:
            again = now + ROUND
            for look in waiting:
                look.ask_for_nothing()
        futures = [future for look in waiting for future in look.pending]
        until = max(0.0, min(ends, again if not heard else ends) - now)
        await asyncio.wait(futures, timeout=until, return_when=asyncio.FIRST_COMPLETED)
        await asyncio.sleep(0)  # the futures' own callbacks first


def _notes(looks: list[_Look]) -> list[Message]:
    notes = []
    for look in looks:
        address = look.server.text
        if look.captive:
            notes.append(
                say(
                    "warning: the resolver {address} gives {found} for names that cannot exist "
                    "(does this network want you to sign in?); nothing it finds is believed",
                    address=address,
                    found=", ".join(str(record) for record in look.addresses[0][:3]),
                )
            )
        elif look.lying:
            notes.append(
                say(
                    "warning: the resolver {address} answers for names that cannot exist; "
                    "nothing it finds is believed",
                    address=address,
                )
            )
        elif not look.server.heard:
            notes.append(
                say(
                    "warning: the resolver {address} does not answer: {fault}",
                    address=address,
                    fault=retold.as_message(look.fault),
                )
                if look.fault
                else say("warning: the resolver {address} does not answer", address=address)
            )
    return notes


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names)


async def examine(live: Live, *, signed: str = SIGNED, broken: str = BROKEN) -> list[Health]:
    """The long look at every resolver, side by side; raises nothing about the network."""
    looks = [_Look(live, server) for server in live.servers()]
    if not looks:
        return []
    await _look_at(looks, live)
    return list(await asyncio.gather(*[_examine(live, look, signed, broken) for look in looks]))


async def _examine(live: Live, look: _Look, signed: str, broken: str) -> Health:
    server = look.server
    if not server.heard:
        return Health(server.text, fault=look.fault)
    futures = [
        live.put(server, DnsQuestion(signed, "SOA")),
        live.put(server, DnsQuestion(broken, "A")),
        live.put(server, DnsQuestion(signed, "SOA"), stream=True),
    ]
    await asyncio.wait(futures, timeout=EXAMINED_WITHIN)
    whole, wrong = (
        cast(DnsAnswer, f.result()) if f.done() else DnsAnswer(Outcome.TIMEOUT) for f in futures[:2]
    )
    return Health(
        server.text,
        True,
        look.lying,
        look.captive,
        _validating(whole, wrong),
        server.heard_by_stream if server.address.scheme == "dns" else None,
        server.payload,
        look.latency,
        whole.outcome is Outcome.REFUSED,
        () if look.lying else tuple(map(str, look.prefixes)),
    )


def _validating(whole: DnsAnswer, wrong: DnsAnswer) -> bool | None:
    """AD on what is signed well, and no answer where the signature is wrong (RFC 4035 section 3.2.3)."""
    if not whole.found:
        return None
    return whole.authenticated and not wrong.found
