"""When a check applies: predicates that several checks share. Each reads the smallest fact that decides it."""

from __future__ import annotations

from mailsetup.model.case import Case
from mailsetup.walks.mx_records import mx_records
from mailsetup.walks.spf_record import spf_record


def publishes_mx(case: Case) -> bool:
    """The domain has MX records."""
    return bool(case.read(mx_records).records)


def publishes_null_mx(case: Case) -> bool:
    """The domain says with a null MX that it takes no mail (RFC 7505)."""
    return bool(case.read(mx_records).null_only)


def receives_mail(case: Case) -> bool:
    """The domain has an MX record that names a host."""
    return bool(case.read(mx_records).exchanges)


def publishes_spf(case: Case) -> bool:
    """The domain publishes at least one SPF record."""
    return bool(case.read(spf_record).texts)


def publishes_one_spf(case: Case) -> bool:
    """The domain publishes exactly one SPF record."""
    return case.read(spf_record).parsed is not None


def publishes_sound_spf(case: Case) -> bool:
    """The domain publishes exactly one SPF record, without a fault in it."""
    return case.read(spf_record).record is not None


def publishes_no_spf(case: Case) -> bool:
    """The domain publishes no SPF record."""
    return bool(case.read(spf_record).absent)
