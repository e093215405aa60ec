"""TLSA records for SMTP: which are usable, and whether they match a certificate chain (RFC 7672 section 3)."""

from __future__ import annotations

from collections.abc import Sequence

from mailsetup.model.dns import TLSA

from .certificate import Certificate, association, issued

PKIX_USAGES = (0, 1)
TRUST_ANCHOR, END_ENTITY = 2, 3
DIGEST_OCTETS = {1: 32, 2: 64}  # SHA-256 and SHA-512, RFC 6698 section 2.1.3
KEY_OCTETS = 44  # the shortest SubjectPublicKeyInfo in use: Ed25519, RFC 8410 section 4
RECORDS_LIMIT = 20  # ours: two keys in turn take two or four
CHAIN_LIMIT = 10


def well_formed(record: TLSA) -> bool:
    """Whether the three numbers have a meaning (RFC 6698 section 2.1)."""
    return record.usage <= 3 and record.selector <= 1 and record.matching <= 2


def right_length(record: TLSA) -> bool:
    """Whether the data are as long as the digest is; a whole certificate or key is never as short as either."""
    wanted = DIGEST_OCTETS.get(record.matching)
    if wanted is not None:
        return len(record.data) == wanted
    return len(record.data) > DIGEST_OCTETS[1] or (record.selector == 1 and len(record.data) == KEY_OCTETS)


def usable(record: TLSA) -> bool:
    """Whether an SMTP client may use it: usage 2 or 3, all else as it must be (RFC 7672 section 3.1.3)."""
    return record.usage in (TRUST_ANCHOR, END_ENTITY) and well_formed(record) and right_length(record)


def matches_leaf(record: TLSA, leaf: Certificate) -> bool:
    """Whether a record of usage 3 holds the served certificate or its key; name and expiry do not count."""
    return record.usage == END_ENTITY and association(leaf, record.selector, record.matching) == record.data


def matches_chain(record: TLSA, chain: Sequence[Certificate], as_of: str = "") -> bool:
    """
    Whether a record of usage 2 holds an issuer that the server sends, and the signatures lead up to it.

    The order of what is sent after the host's own certificate does not count, nor what leads elsewhere (RFC 8446
    section 4.4.2). With ``as_of`` every issuer below the anchor must be in date then.
    """
    if record.usage != TRUST_ANCHOR or not chain:
        return False
    reached, left = [chain[0]], [c for c in chain[1:CHAIN_LIMIT] if c.is_authority or c.self_issued]
    while reached:
        child = reached.pop()
        above = [c for c in left if issued(child, c)]
        if any(association(issuer, record.selector, record.matching) == record.data for issuer in above):
            return True
        left = [c for c in left if c not in above]
        reached += [c for c in above if not as_of or c.not_before <= as_of <= c.not_after]
    return False


def shown(record: TLSA) -> str:
    """A record's three numbers, as people speak of it: ``3 1 1``."""
    return f"{record.usage} {record.selector} {record.matching}"
