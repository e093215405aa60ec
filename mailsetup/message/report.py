"""Everything found out about one letter, and what may be asked for."""

from __future__ import annotations

from dataclasses import dataclass

from mailsetup.grammar.mailboxes import Mailbox
from mailsetup.model.finding import Verdict
from mailsetup.model.message import Message
from mailsetup.walks.spf_check import SpfResult

from .arc import ArcResult
from .bimi import BimiReadiness
from .dkim import DkimResult
from .dmarc import DmarcResult
from .fields import RawMessage
from .helo import Helo
from .letter import Letter
from .replies import Reachable
from .results import Comparison
from .reverse import Reverse
from .trace import Envelope, Hop

NO_CHAIN = ArcResult("none")
NO_LETTER = Letter()
NO_HELO = Helo()
NO_BIMI = BimiReadiness()


@dataclass(frozen=True, slots=True)
class MessageReport:
    """
    ``at`` is the time signatures were judged at, in seconds since 1970, and ``at_from`` says where it is from.

    ``authors`` are the mailboxes of From. ``signatures_left`` counts DKIM signatures beyond the limit. ``spf`` is
    None where the connecting address is not known, and ``spf_missing`` says so. ``dmarc`` has one result for
    each author domain. ``encrypted`` says whether the connection used TLS, where that was seen. ``reported`` are
    the claims of trusted hosts beside what was found here.
    """

    at: int
    at_from: Message
    envelope: Envelope
    message: RawMessage
    authors: tuple[Mailbox, ...] = ()
    dkim: tuple[DkimResult, ...] = ()
    signatures_left: int = 0
    arc: ArcResult = NO_CHAIN
    spf: SpfResult | None = None
    spf_missing: Message | None = None
    dmarc: tuple[DmarcResult, ...] = ()
    reported: tuple[Comparison, ...] = ()
    letter: Letter = NO_LETTER
    reachable: tuple[Reachable, ...] = ()
    hops: tuple[Hop, ...] = ()
    reverse: Reverse | None = None
    encrypted: bool | None = None
    bimi: BimiReadiness = NO_BIMI
    helo: Helo = NO_HELO
    verdicts: tuple[Verdict, ...] = ()

    @property
    def author(self) -> str:
        """The first author's domain as A-labels, ``""`` if From names none."""
        return next((one.host for one in self.authors if one.host), "")

    @property
    def spf_word(self) -> str:
        """SPF's result, ``""`` where it was not evaluated."""
        return "" if self.spf is None else self.spf.result

    @property
    def dkim_word(self) -> str:
        """The best result of all signatures, none without any."""
        words = {one.result for one in self.dkim}
        return next((word for word in ("pass", "temperror", "fail", "permerror") if word in words), "none")

    @property
    def dmarc_word(self) -> str:
        """The worst result of all author domains, none without any."""
        words = {one.result for one in self.dmarc}
        return next((w for w in ("fail", "permerror", "temperror", "none", "pass") if w in words), "none")

    @property
    def dmarc_complete(self) -> bool:
        """Whether DMARC's result rests on all there is: where SPF was not judged, a failure may yet be none."""
        return self.spf is not None or self.dmarc_word != "fail"
