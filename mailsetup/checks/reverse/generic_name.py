"""
A reverse name as dial-up lines and unused servers have it.

It holds the address itself, or a word such as dyn, dsl or pool. Receivers take mail from such hosts
for that of infected computers.

Fires on (options: deep):

    example.com.              TXT  "v=spf1 ip4:9.9.9.10 -all"
    10.9.9.9.in-addr.arpa.    PTR  9-9-9-10.pool.example.net.
    9-9-9-10.pool.example.net. A 9.9.9.10

Silent on (options: deep):

    example.com.              TXT  "v=spf1 ip4:9.9.9.10 -all"
    10.9.9.9.in-addr.arpa.    PTR  mail.example.com.
    mail.example.com.         A    9.9.9.10

Unknown on (options: deep):

    example.com.              TXT  "v=spf1 ip4:9.9.9.10 -all"
    10.9.9.9.in-addr.arpa.    TIMEOUT
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from mailsetup.checks._reverse import reversed_addresses, used_for
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.reverse import mx_reverse, sending_reverse
from mailsetup.walks.spf_record import spf_record

WORDS = re.compile(
    r"(?:^|[.0-9-])(?:dyn|dynamic|dynip|dsl|adsl|vdsl|pool|ppp|dhcp|dialup|dial-up|cable|broadband|client|customer|cust)"
    r"(?=[.0-9-])"
)


def _generic(name: str, address: str) -> bool:
    """Whether a name holds the address, or a word of dial-up lines, before its last two labels."""
    host = ".".join(name.split(".")[:-2])
    if WORDS.search(host + "."):
        return True
    if ":" in address:
        return False
    quads = address.split(".")
    orders = (quads, quads[::-1])
    return any(sep.join(order[i : i + 3]) in host for order in orders for sep in ".-" for i in range(2))


@check(
    title="A reverse name as dial-up lines have it",
    severity=Severity.WARNING,
    codes=["PTR_GENERIC"],
    reads=[sending_reverse, mx_reverse, spf_record],
    cites=["RFC 8601 section 3"],
    opt_in="deep",
)
def generic_name(case: Case) -> Iterator[Finding]:
    for reverse, sends in reversed_addresses(case):
        generic = [name for name in reverse.texts if _generic(name, reverse.address)]
        if generic and sends:
            yield case.finding(
                "{address} ({use}) is named {name}, as dial-up lines are",
                address=reverse.address,
                use=used_for(reverse),
                name=generic[0],
                at=reverse.question,
                remedy="Ask the hoster to set the reverse name of {address} to the mail server's own name.",
            )
