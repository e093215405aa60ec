"""The suites of others as answers to questions, and walks read against them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mailsetup.model.dns import TXT, Answer, DnsAnswer, DnsQuestion, Outcome, Question
from mailsetup.model.walk import Walk


class Texts:
    """A world that has TXT records only; a name not listed does not exist."""

    def __init__(self, records: Mapping[str, str | list[str]], failing: tuple[str, ...] = ()) -> None:
        self.records = {
            name.lower().rstrip("."): [text] if isinstance(text, str) else text
            for name, text in records.items()
        }
        self.failing = {name.lower().rstrip(".") for name in failing}
        self.asked: list[Question] = []

    def answer(self, question: Question) -> Answer:
        assert isinstance(question, DnsQuestion)
        if question.name in self.failing:
            return DnsAnswer(Outcome.SERVFAIL)
        texts = self.records.get(question.name)
        if texts is None:
            return DnsAnswer(Outcome.NO_NAME)
        if question.rdtype != "TXT":
            return DnsAnswer(Outcome.NO_DATA)
        return DnsAnswer(Outcome.FOUND, tuple(TXT.of(text) for text in texts))

    def read(self, walk: Walk[Any]) -> Any:
        """A walk's fact."""
        try:
            batch = next(walk)
            while True:
                self.asked.extend(batch)
                batch = walk.send({question: self.answer(question) for question in batch})
        except StopIteration as end:
            return end.value
