"""
Facts that rulebooks ask for although their absence is no flaw: ``-all`` and not ``~all``, reject and not quarantine.

Each says True, False, or None where nothing is known or there is nothing to look at; it reads what the checks
have read already.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from mailsetup.model.case import Case
from mailsetup.model.mail_records import Alignment, Policy
from mailsetup.walks.dkim_keys import dkim_keys
from mailsetup.walks.dmarc_tree import DmarcDiscovery, dmarc_tree
from mailsetup.walks.mta_sts import mta_sts_record
from mailsetup.walks.mx_records import mx_records
from mailsetup.walks.spf_policy import spf_policy
from mailsetup.walks.spf_record import spf_record
from mailsetup.walks.spf_tree import End, SpfTree, spf_tree
from mailsetup.walks.tls_rpt import tls_reporting

WHOLE = 100  # a pct below it is a policy in trial, although RFC 9989 has no pct: older receivers apply it so
RSA_CEILING = 2048  # BSI TR-03182 section 4.1.3


def spf_evaluates(case: Case) -> bool | None:
    """There is an SPF record, and receivers do not answer permerror to it (RFC 7208 section 4.6)."""
    tree: SpfTree = case.read(spf_tree)
    if tree.ended_by is End.UNKNOWN:
        return None
    permerror = tree.permerror
    return tree.ended_by is End.RECORD and not permerror if permerror is not None else None


def spf_ends_in_fail(case: Case) -> bool | None:
    """The effective record ends in -all (RFC 7208 section 5.1); no record ends in nothing."""
    last = case.read(spf_policy).last
    if last.answer.unknown:
        return None
    if last.record is None:
        return False
    return None if last.record.all is None else bool(last.record.all.qualifier == "-")


def spf_allows_nobody(case: Case) -> bool | None:
    """The record is ``v=spf1 -all`` and nothing else."""
    found = case.read(spf_record)
    if found.answer.unknown:
        return None
    return [text.lower().split() for text in found.texts] == [["v=spf1", "-all"]]


def dmarc_found(case: Case) -> bool | None:
    """A DMARC record is found for the domain, its own or from above, and asks for processing (RFC 9989 section 4.10.1)."""
    tree: DmarcDiscovery = case.read(dmarc_tree)
    return None if tree.unknown else tree.record is not None and tree.record.applies


def dmarc_asks_for_aggregate_reports(case: Case) -> bool | None:
    """The DMARC record found names an address for aggregate reports."""
    tree: DmarcDiscovery = case.read(dmarc_tree)
    return None if tree.unknown else tree.record is not None and bool(tree.record.aggregate_reports)


def dmarc_reports_go_to(case: Case, mailbox: str) -> bool | None:
    """The DMARC record found has aggregate reports sent to this mailbox too; its domain is compared without case."""
    tree: DmarcDiscovery = case.read(dmarc_tree)
    if tree.unknown:
        return None
    wanted = mailbox.lower()
    return tree.record is not None and wanted in {r.address.lower() for r in tree.record.aggregate_reports}


def dmarc_asks_for_reports(case: Case) -> bool | None:
    """The DMARC record found names an address for aggregate or failure reports."""
    tree: DmarcDiscovery = case.read(dmarc_tree)
    if tree.unknown:
        return None
    record = tree.record
    return record is not None and bool(record.aggregate_reports or record.failure_reports)


def dmarc_acts(case: Case) -> bool | None:
    """The policy in force is quarantine or reject, for all mail (no ``pct`` below 100), after ``t=y`` has lowered it."""
    return _policy_in(case, (Policy.QUARANTINE, Policy.REJECT))


def dmarc_rejects(case: Case) -> bool | None:
    """The policy in force is reject, for all mail (no ``pct`` below 100), after ``t=y`` has lowered it."""
    return _policy_in(case, (Policy.REJECT,))


def _policy_in(case: Case, wanted: tuple[Policy, ...]) -> bool | None:
    tree: DmarcDiscovery = case.read(dmarc_tree)
    if tree.unknown:
        return None
    if tree.record is None or tree.record.percent not in (None, WHOLE):
        return False
    return tree.applied(tree.policy) in wanted


def dmarc_strict_alignment(case: Case) -> bool | None:
    """Both alignments are strict (RFC 9989 section 4.4)."""
    tree: DmarcDiscovery = case.read(dmarc_tree)
    if tree.unknown:
        return None
    record = tree.record
    return record is not None and {record.dkim_alignment, record.spf_alignment} == {Alignment.STRICT}


def tls_reports_by_mail(case: Case) -> bool | None:
    """TLS reports are wanted by mail alone."""
    record = case.read(tls_reporting).record
    return None if record is None else all(r.uri.lower().startswith("mailto:") for r in record.reports)


def tls_reports_asked(case: Case) -> bool | None:
    """There is one TLS reporting record, with an address (RFC 8460 section 3)."""
    reporting = case.read(tls_reporting)
    return None if reporting.found.unknown else reporting.record is not None


def mta_sts_announced(case: Case) -> bool | None:
    """There is one MTA-STS record, with an id (RFC 8461 section 3.1)."""
    published = case.read(mta_sts_record)
    return None if published.found.unknown else published.record is not None


def rsa_keys_within_2048(case: Case) -> bool | None:
    """No RSA key that was found is longer than 2048 bits."""
    sizes = [k.key.bits for k in case.read(dkim_keys).found if k.key is not None and k.key.key_type == "rsa"]
    return None if not sizes else max(sizes) <= RSA_CEILING


def both_key_types(case: Case) -> bool | None:
    """An RSA and an Ed25519 key are published; others may stand at selectors nobody knows."""
    kinds = {k.key.key_type for k in case.read(dkim_keys).found if k.key is not None}
    return True if {"rsa", "ed25519"} <= kinds else None


def null_mx(case: Case) -> bool | None:
    """There is a null MX and nothing beside it (RFC 7505)."""
    mx = case.read(mx_records)
    return None if not mx.absent and not mx.records else bool(mx.null_only)


FACTS: Mapping[str, Callable[[Case], bool | None]] = {
    "spf-evaluates": spf_evaluates,
    "dmarc-found": dmarc_found,
    "dmarc-asks-for-aggregate-reports": dmarc_asks_for_aggregate_reports,
    "dmarc-asks-for-reports": dmarc_asks_for_reports,
    "tls-reports-asked": tls_reports_asked,
    "mta-sts-announced": mta_sts_announced,
    "spf-ends-in-fail": spf_ends_in_fail,
    "spf-allows-nobody": spf_allows_nobody,
    "dmarc-acts": dmarc_acts,
    "dmarc-rejects": dmarc_rejects,
    "dmarc-strict-alignment": dmarc_strict_alignment,
    "tls-reports-by-mail": tls_reports_by_mail,
    "rsa-keys-within-2048": rsa_keys_within_2048,
    "both-key-types": both_key_types,
    "null-mx": null_mx,
}
"""Every fact by the name data files use."""
