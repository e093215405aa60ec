"""
The configuration file for mail programs does not have the digest that stands in DNS.

A program that looks for `ua-auto-config` takes the file only when a TXT record holds the SHA-256 of its octets; each
change of the file needs a new record. The draft is not yet a standard, so few programs look.

Fires on (options: deep):

    _ua-auto-config.example.com.  TXT  "v=UAAC1; a=sha256; d=LXEWQrcmsEQBYnyp+6wy9chTD7GQPMTbAiWHF5IaSIE="
    ua-auto-config.example.com.   A    9.9.9.10
    https://ua-auto-config.example.com/.well-known/user-agent-configuration.json  WEB 200 application/json
      | {"protocols": {"imap": {"host": "mail.example.com"}, "submit": {"host": "mail.example.com"}}}

Fires on (options: deep):

    ua-auto-config.example.com.   A    9.9.9.10
    https://ua-auto-config.example.com/.well-known/user-agent-configuration.json  WEB 200 application/json
      | {"protocols": {"imap": {"host": "mail.example.com"}, "submit": {"host": "mail.example.com"}}}

Silent on (options: deep):

    _ua-auto-config.example.com.  TXT  "v=UAAC1; a=sha256; d=LXEWQrcmsEQBYnyp+6wy9chTD7GQPMTbAiWHF5IaSIE="
    _ua-auto-config.example.com.  TXT  "v=UAAC1; a=sha256; d=yqh/0Ut4MupBCjyCMk1QDkZRxBxb4qMXnLvLRJKRHnE="
    ua-auto-config.example.com.   A    9.9.9.10
    https://ua-auto-config.example.com/.well-known/user-agent-configuration.json  WEB 200 application/json
      | {"protocols": {"imap": {"host": "mail.example.com"}, "submit": {"host": "mail.example.com"}}}

Silent on (options: deep):

    example.com.  MX  10 mail.example.com.

Unknown on (options: deep):

    _ua-auto-config.example.com.  TIMEOUT
    ua-auto-config.example.com.   A    9.9.9.10
    https://ua-auto-config.example.com/.well-known/user-agent-configuration.json  WEB 200 application/json
      | {"protocols": {"imap": {"host": "mail.example.com"}, "submit": {"host": "mail.example.com"}}}
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.grammar.pacc import pacc_record
from mailsetup.grammar.txt import presentation
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Fix, Severity
from mailsetup.walks.pacc import pacc


@check(
    title="The configuration file for mail programs has another digest than DNS says",
    severity=Severity.WARNING,
    codes=["CONF_PACC_DIGEST"],
    reads=[pacc],
    cites=["draft-ietf-mailmaint-pacc-04"],
    opt_in="deep",
)
def configuration_digest(case: Case) -> Iterator[Finding]:
    seen = case.read(pacc)
    if seen.body is None or seen.matches or seen.question is None:
        return
    yield case.finding(
        "no record at {name} has the digest of {url}; programs do not take the file"
        if seen.digests
        else "{url} is served, but no record at {name} holds its digest; programs do not take the file",
        name=seen.found.question.name,
        url=seen.question.url,
        at=(seen.found.question, seen.question),
        fix=Fix(seen.found.question.name, "TXT", (presentation(pacc_record(seen.body)),)),
    )
