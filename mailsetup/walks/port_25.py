"""Whether port 25 is open from here, told by mail hosts of others where a domain's own all refuse (opt-in)."""

from __future__ import annotations

import tomllib
from functools import cache
from typing import cast

from mailsetup.model import shipped
from mailsetup.model.dns import Outcome, SmtpAnswer, SmtpQuestion
from mailsetup.model.walk import Walk

from .starttls import SMTP_PORT, MailServer, mail_server, mail_servers


@cache
def control_hosts() -> tuple[str, ...]:
    """Mail hosts of unrelated operators that answer whoever can reach them."""
    return tuple(map(str, tomllib.loads(shipped.text("data/port-25.toml"))["hosts"]))


def port_25(domain: str) -> Walk[tuple[MailServer, ...]]:
    """
    What the control hosts say; nobody where a host of the domain itself answers, or may only be slow.

    A firewall that rejects says the same as a host that is down, so hosts of one operator alone prove neither.
    """
    own = yield from mail_servers(domain)
    if not own.hosts or any(host.answer.outcome is not Outcome.REFUSED for host in own.hosts):
        return ()
    questions = tuple(SmtpQuestion(host, SMTP_PORT) for host in control_hosts())
    answers = yield questions
    return tuple(mail_server(q, cast(SmtpAnswer, answers[q])) for q in questions)
