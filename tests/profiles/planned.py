"""A profile's own example values, filled in: what a zone of one of its customers looks like."""

from __future__ import annotations

from collections.abc import Mapping

from mailsetup.model.dns import TXT, DnsAnswer, DnsQuestion, Outcome, Question, Rdata, dotted, present
from mailsetup.model.profile import Necessity, Profile, Resolved
from mailsetup.profiles import resolve

DOMAIN = "example.com"
KEY = (
    "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEApAeEf9/Z+2fqkHgCcIJsRBhFWszQCsWsiAxFUvOZ2E+jLaOdrLd3U6xmPZxl"
    "5hPpG29zTybt7fqX1P9ibvyAwsLikDY+QRK0tFGmV+zq9mv2U1o/LR32HEVXCCZac4w8w2gDM0AzUifVRcizlnxZYBI/p0n77QZj8hYa"
    "yT0qQg97tLoEjYDlpyDALNmNH2/65CIKViRsFXojPjHqI7FcEh2l6G+NqhWxvn2d97Y392IUBBQVX/WQN7Cc1mcUUoidLLlEtuBe1nVr"
    "qqQDX2EkxlAz/oSZxKj1W0pLW//GplepnSNlKoH45woglBL7fiuMCB+zJhdu+WKzXU/NoTPqywIDAQAB"
)
"""A public key made for these tests; its other half was thrown away."""


def example_values(profile: Profile) -> dict[str, str]:
    """The example of every parameter that is not set by another one's choice."""
    values = {}
    for parameter in profile.parameters:
        if parameter.kind in ("dkim-key", "dkim-record"):
            values[parameter.name] = KEY
        elif not parameter.decided_by:
            values[parameter.name] = parameter.example or parameter.default
    return {name: value for name, value in values.items() if value}


def filled(profile: Profile, given: Mapping[str, str] | None = None) -> Resolved:
    """A profile with its examples, and with ``given`` in their place."""
    return resolve(profile, DOMAIN, {**example_values(profile), **(given or {})})


def planned_zone(resolved: Resolved) -> dict[Question, DnsAnswer]:
    """The answers of a zone that holds what the profile asks for; everything else is no data."""
    sets: dict[tuple[str, str], list[Rdata]] = {}
    for record in resolved.records:
        if record.rdata is not None and record.necessity is not Necessity.OPTIONAL:
            sets.setdefault((record.owner, record.rdtype), []).append(record.rdata)
    if resolved.spf and resolved.spf.mechanisms:
        text = " ".join(("v=spf1", *resolved.spf.mechanisms, resolved.spf.qualifier or "~all"))
        sets.setdefault((resolved.spf.owner, "TXT"), []).append(TXT.of(text))
    answers: dict[Question, DnsAnswer] = {
        DnsQuestion(DOMAIN, rdtype): DnsAnswer(Outcome.NO_DATA) for rdtype in ("MX", "TXT", "NS", "CNAME")
    }
    for label in ("autodiscover", "email"):
        answers[DnsQuestion(f"{label}.{DOMAIN}", "CNAME")] = DnsAnswer(Outcome.NO_NAME)
    for (owner, rdtype), records in sets.items():
        answers[DnsQuestion(owner, rdtype)] = DnsAnswer(Outcome.FOUND, tuple(records))
    return answers


def shown(resolved: Resolved) -> list[str]:
    """The records as lines of a master file, the waiting ones as what they wait for."""
    lines = []
    for record in resolved.records:
        data = f"waiting for {', '.join(record.waiting_for)}"
        if record.rdata is not None:
            data = present(record.rdata, record.rdtype)
        lines.append(f"{dotted(record.owner)} {record.rdtype} {data}")
    return lines


__all__ = ["DOMAIN", "KEY", "example_values", "filled", "planned_zone", "shown"]
