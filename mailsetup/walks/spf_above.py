"""The SPF record of the name above a sub-domain that has none: it is not inherited (RFC 7208 section 3.1)."""

from __future__ import annotations

from mailsetup.model.names import parent
from mailsetup.model.walk import Walk

from .spf_record import SpfPublished, spf_record


def spf_above(domain: str) -> Walk[SpfPublished | None]:
    """What the name directly above publishes; asked only when the domain has no record and is no top-level one."""
    own = yield from spf_record(domain)
    above = parent(domain)
    if not own.absent or "." not in above:
        return None
    return (yield from spf_record(above))
