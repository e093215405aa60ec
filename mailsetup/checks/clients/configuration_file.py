"""
DNS announces a configuration file for mail programs that cannot be used.

The record at `_ua-auto-config` is there, but the file does not come (no host, no valid certificate, not found, too
slow), is not JSON with protocols, or the record itself holds no SHA-256. Programs then ask their users for every
setting. Since draft -03 the server that takes letters stands under `submit`, before under `smtp`.

Fires on (options: deep):

    _ua-auto-config.example.com.  TXT  "v=UAAC1; a=sha256; d=yqh/0Ut4MupBCjyCMk1QDkZRxBxb4qMXnLvLRJKRHnE="

Fires on (options: deep):

    _ua-auto-config.example.com.  TXT  "v=UAAC1; a=sha256; d=yqh/0Ut4MupBCjyCMk1QDkZRxBxb4qMXnLvLRJKRHnE="
    ua-auto-config.example.com.   A    9.9.9.10
    https://ua-auto-config.example.com/.well-known/user-agent-configuration.json  WEB 404 text/html "no"

Fires on (options: deep):

    _ua-auto-config.example.com.  TXT  "v=UAAC1; a=sha256; d=yqh/0Ut4MupBCjyCMk1QDkZRxBxb4qMXnLvLRJKRHnE="
    ua-auto-config.example.com.   A    9.9.9.10
    https://ua-auto-config.example.com/.well-known/user-agent-configuration.json  WEB fault=expired

Fires on (options: deep):

    _ua-auto-config.example.com.  TXT  "v=UAAC1; a=sha256; d=yqh/0Ut4MupBCjyCMk1QDkZRxBxb4qMXnLvLRJKRHnE="
    ua-auto-config.example.com.   A    9.9.9.10
    https://ua-auto-config.example.com/.well-known/user-agent-configuration.json  WEB slow

Fires on (options: deep):

    _ua-auto-config.example.com.  TXT  "v=UAAC1; a=sha256; d=yqh/0Ut4MupBCjyCMk1QDkZRxBxb4qMXnLvLRJKRHnE="
    ua-auto-config.example.com.   A    9.9.9.10
    https://ua-auto-config.example.com/.well-known/user-agent-configuration.json  WEB 200 text/html
      | {"protocols": {"imap": {"host": "mail.example.com"}, "submit": {"host": "mail.example.com"}}}

Fires on (options: deep):

    _ua-auto-config.example.com.  TXT  "v=UAAC1; a=sha256; d=LXEWQrcmsEQBYnyp+6wy9chTD7GQPMTbAiWHF5IaSIE="
    ua-auto-config.example.com.   A    9.9.9.10
    https://ua-auto-config.example.com/.well-known/user-agent-configuration.json  WEB 200 application/json "{[[["

Fires on (options: deep):

    _ua-auto-config.example.com.  TXT  "v=UAAC1; a=sha256; d=abc"
    ua-auto-config.example.com.   A    9.9.9.10
    https://ua-auto-config.example.com/.well-known/user-agent-configuration.json  WEB 200 application/json
      | {"protocols": {"imap": {"host": "mail.example.com"}, "submit": {"host": "mail.example.com"}}}

Silent on (options: deep):

    _ua-auto-config.example.com.  TXT  "v=UAAC1; a=sha256; d=yqh/0Ut4MupBCjyCMk1QDkZRxBxb4qMXnLvLRJKRHnE="
    ua-auto-config.example.com.   A    9.9.9.10
    https://ua-auto-config.example.com/.well-known/user-agent-configuration.json  WEB 200 application/json
      | {"protocols": {"imap": {"host": "mail.example.com"}, "submit": {"host": "mail.example.com"}}}

Unknown on (options: deep):

    _ua-auto-config.example.com.  TXT  "v=UAAC1; a=sha256; d=yqh/0Ut4MupBCjyCMk1QDkZRxBxb4qMXnLvLRJKRHnE="
    ua-auto-config.example.com.   A    9.9.9.10
    https://ua-auto-config.example.com/.well-known/user-agent-configuration.json  TIMEOUT
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._files import READ_LIMIT, not_served, other_type
from mailsetup.grammar.pacc import names_servers
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.dns import DnsQuestion, WebAnswer, WebQuestion
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.pacc import Pacc, pacc


def publishes_digest(case: Case) -> bool:
    """The domain announces a configuration file at _ua-auto-config."""
    return bool(case.read(pacc).found.candidates)


@check(
    title="The configuration file for mail programs cannot be used",
    severity=Severity.WARNING,
    applies_to=publishes_digest,
    codes=["CONF_PACC_FILE"],
    reads=[pacc],
    cites=["draft-ietf-mailmaint-pacc-04", "RFC 8259 section 11"],
    opt_in="deep",
)
def configuration_file(case: Case) -> Iterator[Finding]:
    seen = case.read(pacc)
    where = (seen.found.question, *(seen.host.questions if seen.host is not None else ()))
    if not seen.digests:
        yield case.finding(
            "the record at {name} holds no SHA-256 digest (a=sha256; d=base64)",
            name=seen.found.question.name,
            at=seen.found.question,
            remedy="Publish v=UAAC1; a=sha256; d= and the base64 of the file's SHA-256.",
        )
    elif seen.question is None:
        yield case.finding(
            "{name} announces a configuration file, but ua-auto-config.{domain} has no address",
            name=seen.found.question.name,
            domain=case.domain,
            at=where,
            remedy="Give ua-auto-config.{domain} an address and serve the file there, or take the record away.",
        )
    else:
        yield from _of_file(case, seen)


def _of_file(case: Case, seen: Pacc) -> Iterator[Finding]:
    answer = seen.answer
    if seen.question is None or answer is None:
        return
    url, at = seen.question.url, (seen.question, seen.found.question)
    why = not_served(answer)
    if why is not None:
        yield case.finding(
            "the file at {url} does not come: {why}",
            url=url,
            why=why,
            at=at,
            remedy="Serve the file at {url} over https with a valid certificate, or take the record away.",
        )
    elif answer.truncated:
        yield case.finding(
            "{url} is longer than {limit} octets; no more of it was read",
            url=url,
            limit=READ_LIMIT,
            at=at,
            remedy="Serve a file of a few lines: the servers under protocols, and how to log in.",
        )
    elif seen.body is not None:
        yield from _of_body(case, url, answer, at)


def _of_body(
    case: Case, url: str, answer: WebAnswer, at: tuple[WebQuestion | DnsQuestion, ...]
) -> Iterator[Finding]:
    if not names_servers(answer.body):
        yield case.finding(
            "{url} is not a JSON file that names protocols",
            url=url,
            at=at,
            remedy="Serve a JSON object with the servers under protocols, and publish its digest.",
        )
        return
    kind = other_type(answer, "application/json")  # RFC 8259 section 11
    if kind is not None:
        yield case.finding(
            "{url} is served as {kind}; the type of JSON is application/json",
            url=url,
            kind=kind,
            at=at,
            severity=Severity.INFO,
            remedy="Let the web server send Content-Type: application/json for this file.",
        )
