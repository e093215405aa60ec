"""What the TXT records at a protocol's own name below a domain say, such as ``_mta-sts.example.com``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

from mailsetup.model.dns import DnsAnswer, DnsQuestion, Outcome, dns_question
from mailsetup.model.finding import Evidence
from mailsetup.model.names import NAME_LIMIT
from mailsetup.model.walk import Walk, ask_one

__all__ = ["LabelledText", "labelled_text"]

TEXT_LIMIT: Final = 100  # TXT records looked at
TEXT_OCTETS_LIMIT: Final = 16_384  # of one record


class LabelledText(NamedTuple):
    """
    ``candidates`` are the texts that begin with the version tag, ``others`` those that do not.

    Both are empty when there are none and when nobody knows; ``unknown`` and ``absent`` keep the two apart.
    """

    domain: str
    question: DnsQuestion
    answer: DnsAnswer
    candidates: tuple[str, ...] = ()
    others: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The only record's text, else nothing."""
        return self.candidates[0] if len(self.candidates) == 1 else ""

    @property
    def unknown(self) -> bool:
        """Whether nobody could say."""
        return self.answer.unknown

    @property
    def missing(self) -> bool:
        """Whether it is known that no record begins with the version tag."""
        return not self.candidates and not self.answer.unknown

    def evidence(self, span: tuple[int, int] | None = None, text: str = "") -> Evidence:
        """The question with its answer, and the words meant where a span of the text is given."""
        whole = text or self.text
        return Evidence(self.question, self.answer, whole[span[0] : span[1]] if span else whole, span)


def labelled_text(label: str, domain: str, is_one: Callable[[str], bool]) -> Walk[LabelledText]:
    """The texts at ``label`` below a domain; none when that name would be too long to exist."""
    question = dns_question(f"{label}.{domain}", "TXT")
    if len(question.name) > NAME_LIMIT:
        return LabelledText(domain, question, DnsAnswer(Outcome.NO_NAME))
    answer = yield from ask_one(question.name, "TXT")
    if not answer.found:
        return LabelledText(domain, question, answer)
    texts = tuple(text[:TEXT_OCTETS_LIMIT] for text in answer.texts[:TEXT_LIMIT])
    candidates = tuple(text for text in texts if is_one(text))
    return LabelledText(
        domain, question, answer, candidates, tuple(text for text in texts if text not in candidates)
    )
