"""
Circles of aliases behind a resolver's SERVFAIL.

A name server that holds a circle shows it. A resolver follows it until it gives up and says SERVFAIL, Unbound without
a record, as it says of a zone that fails; nothing could then be told apart. Asked for the CNAME itself it answers,
for it need not follow (RFC 1034 section 3.6.2). So after a SERVFAIL, and only then, the aliases are asked for one by
one, until one comes back or the chain ends.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from mailsetup.edge.source import CHAIN_LIMIT
from mailsetup.model.dns import Answer, DnsAnswer, DnsQuestion, Outcome, Question

from .asking import Asking, Carrier
from .live import Live, circle


class FollowingAliases(Live):
    """`Live` that looks behind a SERVFAIL for a circle of aliases: one more question where no alias stands."""

    def _fail(self, asking: Asking, server: Carrier, answer: DnsAnswer, for_good: bool) -> None:
        go_on = partial(Live._fail, self, asking, server, answer, for_good)
        usual = not (asking.alone or asking.key.server) and asking.rdtype not in ("CNAME", "ANY")
        bare = answer.outcome is Outcome.SERVFAIL and not answer.aliases
        if bare and usual and not self._closing:
            asking.server = None
            self._follow(asking, (), go_on)
        else:
            go_on()

    def _follow(self, asking: Asking, chain: tuple[str, ...], go_on: Callable[[], None]) -> None:
        def heard(_: Question, found: Answer) -> None:
            if self._open.get(asking.key) is not asking:
                return  # it was given up meanwhile
            target = _target(found)
            if target is None or len(chain) >= CHAIN_LIMIT:
                go_on()
            elif target == asking.key.name or target in chain:
                server = found.server if isinstance(found, DnsAnswer) else ""
                self._settle(asking, circle(asking.key.name, (*chain, target), server))
            else:
                self._follow(asking, (*chain, target), go_on)

        question = DnsQuestion(chain[-1] if chain else asking.key.name, "CNAME")
        known = self.tell(question, heard)
        if known is not None:
            heard(question, known)


def _target(answer: Answer) -> str | None:
    """Where an alias leads, if one stands there."""
    if not isinstance(answer, DnsAnswer) or not answer.found:
        return None
    return next((record for record in answer.records if isinstance(record, str)), None)
