"""What checks of MTA-STS and of mail servers share: when they apply, and words for what they found."""

from __future__ import annotations

from mailsetup.model.case import Case
from mailsetup.model.finding import Severity
from mailsetup.model.mail_records import StsMode
from mailsetup.model.message import Message, say
from mailsetup.walks.mta_sts import StsFetched, mta_sts_policy, mta_sts_record
from mailsetup.walks.starttls import MailServer, mail_servers, one_mail_server

DAY = 86_400
FAULT_WORDS = {
    "expired": say("it has expired"),
    "not-yet-valid": say("it is not valid yet"),
    "name": say("it is not made out to this host name"),
    "self-signed": say("it is self-signed"),
    "untrusted": say("no authority that is commonly trusted issued it"),
}


def fault_words(fault: str) -> str | Message:
    """A certificate's fault in words."""
    return FAULT_WORDS.get(fault, fault or say("it cannot be verified"))


def publishes_sts(case: Case) -> bool:
    """The domain publishes an MTA-STS record."""
    return bool(case.read(mta_sts_record).found.candidates)


def has_policy_file(case: Case) -> bool:
    """The domain's MTA-STS policy file was fetched."""
    return bool(case.read(mta_sts_policy).fetched)


def has_policy_in_force(case: Case) -> bool:
    """The domain has an MTA-STS policy that senders check mail hosts against (enforce or testing)."""
    return bool(case.read(mta_sts_policy).applies)


def by_mode(policy: StsFetched) -> Severity:
    """Mail is lost only where the policy is enforced."""
    enforced = policy.policy is not None and policy.policy.mode is StsMode.ENFORCE
    return Severity.ERROR if enforced else Severity.WARNING


def reached_servers(case: Case) -> tuple[MailServer, ...]:
    """The mail hosts that answered on port 25, each read singly; what others would have shown stays open."""
    singly = (case.read(one_mail_server, host.host) for host in case.read(mail_servers).hosts)
    return tuple(server for server in singly if not server.answer.unknown)


def answers_smtp(case: Case) -> bool:
    """A mail host of the domain answers on port 25."""
    return bool(case.read(mail_servers).answering)
