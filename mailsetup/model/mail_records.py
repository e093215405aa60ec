"""
The small policy records of mail as values: DMARC, DKIM keys, TLS reporting, MTA-STS.

Words inside, tags on the wire: `str` gives the record's text. Grammar lives in `mailsetup.grammar`.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


class Policy(StrEnum):
    """What a domain owner asks for mail that fails DMARC (RFC 9989 section 4.7)."""

    NONE = "none"
    QUARANTINE = "quarantine"
    REJECT = "reject"

    @property
    def strength(self) -> int:
        """0 for none, 1 for quarantine, 2 for reject."""
        return _STRENGTH[self]

    def lowered(self) -> Policy:
        """The policy one step lower, as ``t=y`` asks for (RFC 9989 section 4.7)."""
        return Policy.QUARANTINE if self is Policy.REJECT else Policy.NONE


_STRENGTH = {Policy.NONE: 0, Policy.QUARANTINE: 1, Policy.REJECT: 2}


class Alignment(StrEnum):
    """How close an authenticated domain must be to the author's (RFC 9989 section 4.4)."""

    RELAXED = "r"
    STRICT = "s"


class Psd(StrEnum):
    """Whether a record stands at a public suffix (RFC 9989 section 4.7)."""

    YES = "y"
    NO = "n"
    UNKNOWN = "u"


class ReportUri(NamedTuple):
    """
    Where reports go: the URI as written and the obsolete size limit of RFC 7489 (``"10m"``), if any.

    `address` and `host` are those of a ``mailto:`` URI, ``""`` for others; the host is in lower case.
    """

    uri: str
    size_limit: str = ""

    @property
    def scheme(self) -> str:
        """The scheme in lower case, such as ``mailto``."""
        return self.uri.partition(":")[0].lower()

    @property
    def address(self) -> str:
        """The mailbox of a ``mailto:`` URI, percent-decoding left undone."""
        return self.uri[7:].partition("?")[0].strip() if self.scheme == "mailto" else ""

    @property
    def host(self) -> str:
        """The domain of the mailbox, without a trailing dot."""
        return self.address.rpartition("@")[2].lower().rstrip(".")

    def __str__(self) -> str:
        return f"{self.uri}!{self.size_limit}" if self.size_limit else self.uri


@dataclass(frozen=True, slots=True)
class DmarcRecord:
    """
    A DMARC policy record as RFC 9989 reads it.

    ``policy`` is what applies after the rule of section 4.10.1: a record without a valid ``p``, or with
    an invalid ``sp`` or ``np``, counts as ``p=none`` if it has a usable ``rua``, and otherwise asks for no
    DMARC processing at all (``policy`` is None). ``failure_options`` are the ``fo`` letters in their order,
    ``retired`` the tags of RFC 7489 that no longer count (pct, rf, ri), ``unknown`` all others; each as
    (name, value).
    """

    policy: Policy | None = None
    subdomain_policy: Policy | None = None
    nonexistent_policy: Policy | None = None
    dkim_alignment: Alignment = Alignment.RELAXED
    spf_alignment: Alignment = Alignment.RELAXED
    aggregate_reports: tuple[ReportUri, ...] = ()
    failure_reports: tuple[ReportUri, ...] = ()
    failure_options: tuple[str, ...] = ("0",)
    testing: bool = False
    psd: Psd = Psd.UNKNOWN
    retired: tuple[tuple[str, str], ...] = ()
    unknown: tuple[tuple[str, str], ...] = ()

    @property
    def applies(self) -> bool:
        """Whether receivers do any DMARC processing because of this record."""
        return self.policy is not None

    @property
    def existing_subdomain_policy(self) -> Policy | None:
        """What names below inherit when they exist: ``sp``, else ``p`` (RFC 9989 section 4.10.1)."""
        return self.subdomain_policy or self.policy

    @property
    def nonexistent_subdomain_policy(self) -> Policy | None:
        """What names below inherit when they do not exist: ``np``, else ``sp``, else ``p``."""
        return self.nonexistent_policy or self.existing_subdomain_policy

    @property
    def percent(self) -> int | None:
        """The retired ``pct``, if it was written and is a number from 0 to 100."""
        for name, value in self.retired:
            if name == "pct" and value.isascii() and value.isdigit() and int(value[:4]) <= 100:
                return int(value[:4])
        return None

    def __str__(self) -> str:
        tags = ["v=DMARC1", *(f"{name}={value}" for name, value in _dmarc_tags(self) if value)]
        return "; ".join([*tags, *(f"{name}={value}" for name, value in self.retired + self.unknown)])


def _dmarc_tags(record: DmarcRecord) -> tuple[tuple[str, str], ...]:
    return (
        ("p", record.policy or ""),
        ("sp", record.subdomain_policy or ""),
        ("np", record.nonexistent_policy or ""),
        ("adkim", "s" if record.dkim_alignment is Alignment.STRICT else ""),
        ("aspf", "s" if record.spf_alignment is Alignment.STRICT else ""),
        ("t", "y" if record.testing else ""),
        ("psd", "" if record.psd is Psd.UNKNOWN else record.psd.value),
        ("rua", ",".join(map(str, record.aggregate_reports))),
        ("ruf", ",".join(map(str, record.failure_reports))),
        ("fo", "" if record.failure_options == ("0",) else ":".join(record.failure_options)),
    )


@dataclass(frozen=True, slots=True)
class DkimKey:
    """
    A DKIM key record (RFC 6376 section 3.6.1).

    ``public_key`` are the octets of ``p``, empty for a revoked key. ``form`` says how an RSA key is wrapped:
    ``spki`` (SubjectPublicKeyInfo), ``pkcs1`` (bare RSAPublicKey), or ``raw`` for Ed25519. ``bits`` is the
    size of the modulus, ``exponent`` the public exponent; both 0 where there is none. An empty
    ``hash_algorithms`` allows all. ``granularity`` is the obsolete ``g`` of RFC 4871, None if not written.
    """

    key_type: str = "rsa"
    public_key: bytes = b""
    hash_algorithms: tuple[str, ...] = ()
    service_types: tuple[str, ...] = ("*",)
    flags: tuple[str, ...] = ()
    notes: str = ""
    granularity: str | None = None
    unknown: tuple[tuple[str, str], ...] = ()
    form: str = ""
    bits: int = 0
    exponent: int = 0

    @property
    def revoked(self) -> bool:
        """Whether the key was withdrawn: ``p`` is empty."""
        return not self.public_key

    @property
    def testing(self) -> bool:
        """Whether the owner is still testing (``t=y``)."""
        return "y" in self.flags

    @property
    def strict(self) -> bool:
        """Whether ``i=`` must have exactly the domain of ``d=`` (``t=s``)."""
        return "s" in self.flags

    def __str__(self) -> str:
        tags = ["v=DKIM1", f"k={self.key_type}"]
        for name, words in (("h", self.hash_algorithms), ("t", self.flags)):
            if words:
                tags.append(f"{name}={':'.join(words)}")
        if self.service_types != ("*",):
            tags.append(f"s={':'.join(self.service_types)}")
        if self.granularity is not None:
            tags.append(f"g={self.granularity}")
        if self.notes:
            tags.append(f"n={self.notes}")
        tags += [f"{name}={value}" for name, value in self.unknown]
        return "; ".join([*tags, f"p={base64.b64encode(self.public_key).decode('ascii')}"])


@dataclass(frozen=True, slots=True)
class TlsRptRecord:
    """Where TLS reports go (RFC 8460 section 3); ``reports`` are mailto and https URIs."""

    reports: tuple[ReportUri, ...]
    extensions: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        tags = ["v=TLSRPTv1", f"rua={','.join(map(str, self.reports))}"]
        return "; ".join([*tags, *(f"{name}={value}" for name, value in self.extensions)])


@dataclass(frozen=True, slots=True)
class StsRecord:
    """The sign that a domain has an MTA-STS policy (RFC 8461 section 3.1); ``id`` changes with the policy."""

    id: str
    extensions: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        return "; ".join(
            ["v=STSv1", f"id={self.id}", *(f"{name}={value}" for name, value in self.extensions)]
        )


class StsMode(StrEnum):
    """How a sender treats an MX that fails the policy (RFC 8461 section 3.2)."""

    ENFORCE = "enforce"
    TESTING = "testing"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class StsPolicy:
    """An MTA-STS policy file (RFC 8461 section 3.2); ``max_age`` in seconds; ``mx`` are names or ``*.names``."""

    mode: StsMode
    max_age: int
    mx: tuple[str, ...] = ()
    extensions: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        fields = [("version", "STSv1"), ("mode", self.mode.value), *(("mx", name) for name in self.mx)]
        fields += [("max_age", str(self.max_age)), *self.extensions]
        return "".join(f"{name}: {value}\r\n" for name, value in fields)
