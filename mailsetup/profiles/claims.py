"""
Which records belong to a provider: what leaving it takes away, and what a plan may say is claimed.

A claim is made by the profile's own patterns and fixed records, never by resemblance: a record
that no profile claims stays.
"""

from __future__ import annotations

import re

from mailsetup.model.dns import MX, SRV, TXT, Rdata
from mailsetup.model.profile import Profile, RecordTemplate
from mailsetup.profiles.reading import PLACEHOLDER


def claim(profile: Profile, domain: str, owner: str, rdtype: str, rdata: Rdata) -> str:
    """
    What a record is for this provider, or ``""`` if it is not the provider's.

    One of the purposes of `RecordTemplate`. SPF is not claimed whole: see `spf_claim`.
    """
    if rdtype == "MX" and isinstance(rdata, MX) and owner == domain:
        return _mx_claim(profile, rdata.exchange.lower())
    value = _value(rdata)
    for template in _templates(profile):
        if template.rdtype == rdtype and _fits(template, domain, owner, value):
            return template.purpose
    if rdtype == "TXT" and owner == domain and value.startswith(profile.detect.txt_prefix or ("\0",)):
        return "verification"
    if rdtype == "CNAME":
        return _alias_claim(profile, domain, owner, value.lower())
    if rdtype == "SRV" and owner == f"_autodiscover._tcp.{domain}":
        return "client" if any(re.search(p, value.lower()) for p in profile.detect.srv) else ""
    return ""


def spf_claim(profile: Profile, name: str) -> bool:
    """Whether an include or redirect of this name (lower-case, no trailing dot) is the provider's."""
    patterns = profile.detect
    return name in patterns.spf or any(re.search(p, name) for p in patterns.spf_patterns)


def _mx_claim(profile: Profile, exchange: str) -> str:
    patterns = profile.detect
    if any(re.search(p, exchange) for p in patterns.mx):
        return "mx"
    return "verification" if any(re.search(p, exchange) for p in patterns.mx_verification_only) else ""


def _alias_claim(profile: Profile, domain: str, owner: str, target: str) -> str:
    label = owner.removesuffix("." + domain)
    if any(re.search(p, target) for p in profile.detect.cname.get(label, ())):
        return "client"
    is_key = label.endswith("._domainkey")
    return "dkim" if is_key and any(re.search(p, target) for p in profile.detect.dkim) else ""


def _templates(profile: Profile) -> tuple[RecordTemplate, ...]:
    return (*profile.verification, *profile.dkim.records, *profile.extras)


def _fits(template: RecordTemplate, domain: str, owner: str, value: str) -> bool:
    """Whether a record has a template's owner and value; a template with nothing fixed in it fits nothing."""
    relative = "@" if owner == domain else owner.removesuffix("." + domain)
    if not _fixed(template.value):
        return False
    if not re.fullmatch(_as_pattern(template.host, domain), relative):
        return False
    if any(re.search(p, value.lower()) for p in template.accept):
        return True
    flags = 0 if template.rdtype == "TXT" else re.IGNORECASE
    if template.purpose == "dkim" and template.rdtype == "TXT":
        # the key itself is nobody's mark: a fixed selector is, RFC 6376 section 3.1
        return not PLACEHOLDER.search(template.host) and "p=" in value
    return re.fullmatch(_as_pattern(template.value, domain), value, flags) is not None


def _fixed(template: str) -> bool:
    return len(PLACEHOLDER.sub("", template).strip(".-@=: ")) > 2


def _as_pattern(template: str, domain: str) -> str:
    known = template.replace("{domain}", domain).replace("{domain_dashes}", domain.replace(".", "-"))
    pieces = re.split(r"\{[a-z0-9_]+\}", known)
    return r"[^\s]+".join(re.escape(piece) for piece in pieces)


def _value(rdata: Rdata) -> str:
    match rdata:
        case TXT():
            return rdata.text
        case MX(_, exchange):
            return exchange
        case SRV():
            return rdata.target
        case str():
            return rdata
        case _:
            return ""
