"""How long a record is meant to be kept, as far as one answer tells."""

from __future__ import annotations

from mailsetup.model.dns import DnsAnswer
from mailsetup.model.patterns import late

ROUND_SECONDS = 60
_RESOLVER = late(r"[0-9.]+(?::[0-9]+)?\Z|\[[0-9a-f:.%]+\]|(?:tls|https)://")


def published_ttl(answer: DnsAnswer) -> int | None:
    """
    The TTL as published, in seconds, or None when the answer does not tell it.

    A resolver counts down what it keeps (RFC 1035 section 3.2.1), so of a resolver's answer only a
    whole number of minutes is taken for the published value: that is how people write TTLs.
    """
    if not answer.found or answer.aliases or answer.ttl is None:
        return None
    if _RESOLVER.match(answer.server) and (answer.ttl % ROUND_SECONDS or not answer.ttl):
        return None
    return answer.ttl
