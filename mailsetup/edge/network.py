"""The network as one source: names to the resolvers, the rest to web servers, mail servers and the validator."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from mailsetup.model.dns import (
    Answer,
    DnsAnswer,
    DnsQuestion,
    DnssecQuestion,
    Question,
    SmtpQuestion,
    WebQuestion,
)

from .dns.dns64 import SeeingThrough, embedded
from .dns.live import Live
from .neighbours import Neighbours, Place
from .source import Pending, then, unasked

if TYPE_CHECKING:
    from .dns.asking import Receiver
    from .reaching import Ask
    from .smtp import Smtp
    from .validator import Validator
    from .web import Web


class Network:
    """
    The bottom of a live run. ``resolve`` is what names are looked up with before a connection is made: the
    whole stack of sources, set once it stands, so that a zone file counts there too. ``anchors`` are DS or DNSKEY
    records in presentation form in place of the shipped ones; the ports stand in for 443 and those of mail in tests.
    """

    def __init__(
        self,
        live: Live,
        anchors: tuple[str, ...] = (),
        *,
        https_port: int = 443,
        smtp_ports: Mapping[int, int] | None = None,
    ) -> None:
        self.live = live
        self._through = live if isinstance(live, SeeingThrough) else None
        self._https_port, self._smtp_ports = https_port, smtp_ports
        self._anchors = anchors
        self.resolve: Ask = live.ask
        self._neighbours: Neighbours | None = None

    @property
    def description(self) -> str:
        """Where the answers come from, in words."""
        return self.live.description

    async def join(self, place: Place) -> None:
        """Shares what it asks with the other processes of the run from now on; nothing was asked before."""
        neighbours = self._neighbours = Neighbours(place)
        if self._through is not None:
            self._through.join(neighbours)
        neighbours.serve("WebQuestion", lambda: self._web.once)
        neighbours.serve("SmtpQuestion", lambda: self._smtp.once)
        neighbours.serve("SignedQuestion", lambda: self._validator.queries)
        await neighbours.open()

    @cached_property
    def _web(self) -> Web:
        from .web import Web

        return Web(self._to_reach, port=self._https_port, neighbours=self._neighbours)

    @cached_property
    def _smtp(self) -> Smtp:
        from .smtp import Smtp

        return Smtp(self._to_reach, ports=self._smtp_ports, neighbours=self._neighbours)

    @cached_property
    def _validator(self) -> Validator:
        from .validator import Validator

        return Validator(
            self.live.addresses,
            timeout=self.live.timeout,
            anchors=self._anchors,
            neighbours=self._neighbours,
        )

    def ask(self, question: Question) -> Pending:
        """The answer, or its promise."""
        if type(question) is DnsQuestion:
            through = self._through
            if through is not None and through.looks_at(question):
                return through.published(question)
            return self.live.ask(question)
        return self._other(question)

    def tell(self, question: Question, receiver: Receiver) -> Answer | None:
        """As `Live.tell`."""
        if type(question) is DnsQuestion:
            through = self._through
            if through is None or not through.looks_at(question):
                return self.live.tell(question, receiver)
            pending = through.published(question)
        else:
            pending = self._other(question)
        if isinstance(pending, tuple):
            return pending

        def hand_over(done: asyncio.Future[Answer]) -> None:
            failed = done.cancelled() or done.exception() is not None
            receiver(question, unasked(question) if failed else done.result())

        pending.add_done_callback(hand_over)
        return None

    def _other(self, question: Question) -> Pending:
        if isinstance(question, WebQuestion):
            return self._web.ask(question)
        if isinstance(question, SmtpQuestion):
            return self._smtp.ask(question)
        if isinstance(question, DnssecQuestion):
            return self._validator.ask(question)
        return self.live.ask(question)

    def _to_reach(self, question: Question) -> Pending:
        """As ``resolve``; behind a translator, hosts without IPv6 have the addresses by which it reaches them."""
        through, found = self._through, self.resolve(question)
        if through is None or type(question) is not DnsQuestion or not through.looks_at(question):
            return found
        prefix, ipv4 = through.prefixes[0], question._replace(rdtype="A")

        def translated(answer: Answer) -> Answer:
            if not isinstance(answer, DnsAnswer):
                return answer
            return answer._replace(records=tuple(embedded(prefix, str(record)) for record in answer.records))

        def settled(answer: Answer) -> Pending:
            found = isinstance(answer, DnsAnswer) and answer.found
            return answer if found else then(self.resolve(ipv4), translated)

        return then(found, settled)

    async def close(self) -> None:
        """Breaks off what is under way and closes every connection."""
        for name in ("_web", "_smtp", "_validator"):
            made = self.__dict__.get(name)
            if made is not None:
                await made.close()
        if self._neighbours is not None:
            self._neighbours.close()
        await self.live.close()
