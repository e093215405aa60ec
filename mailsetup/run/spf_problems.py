"""Why a record cannot be evaluated: pyspf says it in English, here it is said in the language in use."""

from __future__ import annotations

import re

from mailsetup.model.language import translated
from mailsetup.model.message import Message, phrase
from mailsetup.model.retold import retold

PLAIN = (
    phrase("Two or more type TXT spf records found."),
    phrase("Too many levels of recursion"),
    phrase("Too many DNS lookups"),
    phrase("Invalid domain found (use FQDN)"),
    phrase("Do not separate mechnisms with commas"),
    phrase("Unknown mechanism found"),
    phrase("Use the ip4 mechanism for ip4 addresses"),
    phrase("Invalid IP4 CIDR length"),
    phrase("Invalid IP6 CIDR length"),
    phrase("Missing IP4"),
    phrase("Dual CIDR not allowed"),
    phrase("Invalid IP4 address"),
    phrase("Invalid IP6 address"),
    phrase("CIDR not allowed"),
    phrase("implicit exists not allowed"),
    phrase("empty domain:"),
    phrase("include has trivial recursion"),
    phrase("include mechanism missing domain"),
    phrase("Invalid all mechanism format - only qualifier allowed with all"),
    phrase("Unknown qualifier, RFC 4408 para 4.6.1, found in"),
    phrase("redirect= MUST appear at most once"),
    phrase("exp= MUST appear at most once"),
    phrase("exp has empty domain-spec:"),
    phrase("redirect has empty domain:"),
    phrase("syntax error"),
    phrase("redirect domain has no SPF record"),
    phrase("Empty domain-spec on exp="),
    phrase("c,r,t macros allowed in exp= text only"),
    phrase("Unknown Macro Encountered"),
)
"""pyspf's sentences, which a colon and the term in question may follow."""

_WITH_VALUES = (
    (
        r"No valid SPF record for included domain: (?P<domain>[^:]*)(?:: (?P<term>.*))?",
        phrase("No valid SPF record for included domain: {domain}"),
    ),
    (r"More than (?P<count>\d+) DNS lookups", phrase("More than {count} DNS lookups")),
    (r"More than (?P<count>\d+) MX records returned", phrase("More than {count} MX records returned")),
    (r"More than (?P<count>\d+) PTR records returned", phrase("More than {count} PTR records returned")),
    (
        r"Non-ascii characters found in (?P<rdtype>\w+) record for (?P<name>.*)",
        phrase("Non-ascii characters found in {rdtype} record for {name}"),
    ),
    (
        r"Length of CNAME chain exceeds (?P<count>\d+)",
        phrase("Length of CNAME chain exceeds {count}"),
    ),
)


def said_problem(problem: str) -> str:
    """A problem in the language in use; one that is not known stays as it is."""
    for sentence in PLAIN:
        if problem.startswith(sentence):
            return translated(sentence) + problem.removeprefix(sentence)
    for pattern, template in _WITH_VALUES:
        match = re.fullmatch(pattern, problem, re.DOTALL)
        if match is not None:
            said = str(Message(template, match.groupdict()))
            return f"{said}: {term}" if (term := match.groupdict().get("term")) else said
    return retold(problem)
