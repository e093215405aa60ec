"""When a check applies: predicates that several checks share. Each reads the smallest fact that decides it."""

from __future__ import annotations

from mailsetup.grammar.spf import allows_nobody
from mailsetup.model.case import Case
from mailsetup.walks.dkim_keys import dkim_keys
from mailsetup.walks.dmarc_record import dmarc_record
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


def publishes_dmarc(case: Case) -> bool:
    """The domain publishes exactly one DMARC record of its own."""
    return case.read(dmarc_record).record is not None


def sends_mail(case: Case) -> bool:
    """SPF lets somebody send for the domain, or it says nothing and the domain takes mail."""
    spf = case.read(spf_record)
    if spf.texts:
        return not all(map(allows_nobody, spf.texts))
    return spf.absent and bool(case.read(mx_records).exchanges)  # while it is unknown it may say -all


def sends_nothing(case: Case) -> bool:
    """The domain says that it neither sends (v=spf1 -all) nor takes mail."""
    texts = case.read(spf_record).texts
    if not texts or not all(map(allows_nobody, texts)):
        return False
    mx = case.read(mx_records)
    return bool(mx.absent or mx.null_only)


def has_dkim_keys(case: Case) -> bool:
    """A DKIM key was found; selectors cannot be listed by DNS, only those given or known are asked for."""
    return bool(case.read(dkim_keys).found)


def knows_dkim_selectors(case: Case) -> bool:
    """A DKIM selector is given, or known of the domain's providers; selectors cannot be listed by DNS."""
    return bool(case.read(dkim_keys).keys)


def given_dkim_selectors(case: Case) -> bool:
    """DKIM selectors are given (--selector); selectors cannot be listed by DNS."""
    return bool(case.scope.selectors)
