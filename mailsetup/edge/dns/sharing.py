"""Questions to name servers that several processes of a run share (`mailsetup.edge.neighbours`)."""

from __future__ import annotations

from mailsetup.edge.neighbours import Neighbours
from mailsetup.model.dns import Answer, DnsAnswer, DnsQuestion, Outcome, Question

from .asking import Asking
from .circles import FollowingAliases
from .live import UNPROVEN


class Sharing(FollowingAliases):
    """
    `Live` that asks what no other process of the run asks, and has the rest from those.

    A neighbour is told what the server said: of an alias that leads out of the message no more than that, so that it
    follows the chain itself and no two processes wait for each other.
    """

    _neighbours: Neighbours | None = None
    _wanted: dict[DnsQuestion, list[int]] | None = None  # by which of them

    def join(self, neighbours: Neighbours) -> None:
        """From now on questions are shared."""
        self._neighbours = neighbours
        self._wanted = {}
        self._table.let_go = self._let_go
        neighbours.serve("DnsQuestion", lambda: self)

    def _let_go(self, key: DnsQuestion) -> None:
        if self._neighbours is not None:
            self._neighbours.let_go(_text(key))

    # -- what neighbours are asked ---------------------------------------------------------------

    def _set_out(self, asking: Asking) -> None:
        if self._neighbours is not None:
            asking.elsewhere = self._neighbours.holder(_text(asking.key))
            if asking.elsewhere:
                self._neighbours.ask(asking.elsewhere, asking.key, self, asking.depth)
                return
        super()._set_out(asking)

    def heard(self, question: DnsQuestion, answer: DnsAnswer, left: float) -> None:
        """A neighbour's answer."""
        asking = self._open.get(question)
        if asking is None or not asking.elsewhere:
            return  # it was given up, or is asked here now
        if answer.outcome in UNPROVEN and not question.server and self._lies(answer.server):
            self._ask_here(asking)  # another server may be believed, as after its answer to this process
            return
        asking.elsewhere = 0
        asking.left = left
        if answer.outcome is Outcome.UNASKED:
            self._chase(asking, answer)
        else:
            self._bring(asking, answer)

    def _lies(self, text: str) -> bool:
        return any(server.lying and server.text == text for server in self._servers)

    def lost(self, other: int) -> None:
        """A neighbour is gone: what it was asked is asked here."""
        for asking in list(self._open.values()):
            if asking.elsewhere == other:
                self._ask_here(asking)

    def _ask_here(self, asking: Asking) -> None:
        asking.elsewhere = 0
        super()._set_out(asking)

    # -- what they ask ---------------------------------------------------------------------------

    def asked(self, question: DnsQuestion, other: int, depth: int) -> None:
        """A neighbour wants an answer; a chain of aliases is followed here no further than there."""
        assert self._neighbours is not None and self._wanted is not None
        answer = self._table.get(question)
        if answer is not None:
            self._neighbours.tell(other, question, answer, self._table.left(question))
            return
        found: Asking | DnsAnswer = self._open.get(question) or self._begin(question, depth)
        if not isinstance(found, Asking):
            self._neighbours.tell(other, question, found)
            return
        if found.elsewhere:  # each thinks that the other asks
            self._ask_here(found)
        if found.partial is not None:
            self._neighbours.tell(other, question, found.partial)
        elif question in self._wanted:
            self._wanted[question].append(other)
        else:
            self._wanted[question] = [other]
            found.waiters.append(self._tell)

    def _tell(self, question: Question, answer: Answer) -> None:
        """Says an answer, or how far it goes, to the neighbours that want it."""
        if self._neighbours is not None and self._wanted and isinstance(question, DnsQuestion):
            for other in self._wanted.pop(question, ()):
                self._neighbours.tell(other, question, answer)

    def _chase(self, asking: Asking, partial: DnsAnswer) -> None:
        if self._wanted:
            self._tell(asking.key, partial)
        super()._chase(asking, partial)


def _text(key: DnsQuestion) -> str:
    """What a question is claimed by."""
    name, rdtype, server = key
    return name + rdtype + server
