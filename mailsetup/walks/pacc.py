"""Automatic configuration by digest: the record, the host and its JSON file (draft-ietf-mailmaint-pacc-04)."""

from __future__ import annotations

import hashlib
from typing import NamedTuple, cast

from mailsetup.grammar.pacc import is_pacc, pacc_digest
from mailsetup.model.dns import WebAnswer, WebQuestion
from mailsetup.model.names import NAME_LIMIT
from mailsetup.model.walk import Walk, together

from .addresses import Host, hosts
from .labelled_text import LabelledText, labelled_text

__all__ = ["Pacc", "pacc"]


class Pacc(NamedTuple):
    """
    ``found`` are the digest records; ``answer`` is the file as it came, None where there is no host to ask.

    ``digests`` are those of the records that can be used.
    """

    found: LabelledText
    host: Host | None = None
    question: WebQuestion | None = None
    answer: WebAnswer | None = None

    @property
    def digests(self) -> tuple[bytes, ...]:
        """What the records say the file's digest is."""
        return tuple(d for d in map(pacc_digest, self.found.candidates) if d is not None)

    @property
    def body(self) -> bytes | None:
        """The file, where it came whole over a connection that programs accept."""
        a = self.answer
        whole = a is not None and a.status == 200 and not a.tls_fault and not a.truncated
        return a.body if a is not None and whole else None

    @property
    def matches(self) -> bool:
        """Whether one of the records has the file's digest."""
        return self.body is not None and hashlib.sha256(self.body).digest() in self.digests


def pacc(domain: str) -> Walk[Pacc]:
    """The record and the host in one round, the file in the next where the host may exist."""
    name = f"ua-auto-config.{domain}"
    if len(name) >= NAME_LIMIT:
        return Pacc((yield from labelled_text("_ua-auto-config", domain, is_pacc)))
    found, (host,) = yield from together(labelled_text("_ua-auto-config", domain, is_pacc), hosts([name]))
    if host.unresolved:
        return Pacc(found, host)
    question = WebQuestion(f"https://{name}/.well-known/user-agent-configuration.json")
    answers = yield (question,)
    return Pacc(found, host, question, cast(WebAnswer, answers[question]))
