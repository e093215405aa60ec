"""The explanation an SPF record points to with ``exp=`` (RFC 7208 section 6.2)."""

from __future__ import annotations

from typing import NamedTuple

from mailsetup.grammar.spf_macro import EXPLANATION_LETTERS, MacroFault, is_askable, macro_faults, target_name
from mailsetup.model.dns import TXT, DnsAnswer, DnsQuestion, dns_question
from mailsetup.model.walk import Walk, ask

from .spf_record import spf_record


class SpfExplanation(NamedTuple):
    """
    ``target`` is the name ``exp=`` means, ``""`` when there is no ``exp=`` or it depends on the sender.

    ``answer`` is what TXT brought there; ``texts`` the records; ``faults`` those of the only text's macros.
    """

    target: str = ""
    question: DnsQuestion | None = None
    answer: DnsAnswer | None = None
    texts: tuple[str, ...] = ()
    faults: tuple[MacroFault, ...] = ()


def spf_exp(domain: str) -> Walk[SpfExplanation]:
    """The explanation text, from at most two questions."""
    found = yield from spf_record(domain)
    spec = found.record.exp if found.record is not None else None
    target = target_name(spec, domain, domain) if spec else None
    if target is None or not is_askable(target):
        return SpfExplanation(target or "")
    question = dns_question(target, "TXT")
    (answer,) = yield from ask(question)
    texts = tuple(r.text for r in answer.records if type(r) is TXT)
    faults = macro_faults(texts[0], EXPLANATION_LETTERS) if len(texts) == 1 else ()
    return SpfExplanation(target, question, answer, texts, faults)
