"""
Where checks have nothing to say: conditions that many checks share, each looked at once a domain.

Most domains have most things in order, and a check that finds nothing costs as much as reading what it looks
for. A condition here is sufficient, never necessary: where it holds, every check that names it in ``silent_where``
is known to find nothing, and is not run; where it does not hold, they look for themselves. It counts only where
every answer is known, and reads nothing that one of those checks does not read (tests hold both).
"""

from __future__ import annotations

import re

from mailsetup.checks._addresses import sound_hosts
from mailsetup.checks._spf import hosts_of, octets
from mailsetup.model.case import Case
from mailsetup.walks.addresses import PLAIN_OCTETS, is_address_literal
from mailsetup.walks.dkim_keys import dkim_keys
from mailsetup.walks.dmarc_record import dmarc_record
from mailsetup.walks.mta_sts import StsPublished, mta_sts_record
from mailsetup.walks.mx_records import mx_records
from mailsetup.walks.report_consent import report_consent
from mailsetup.walks.spf_record import spf_record
from mailsetup.walks.spf_tree import EXCHANGE_LIMIT, End, SpfTree, spf_includes
from mailsetup.walks.tls_rpt import TlsReporting, tls_reporting

SMALL_ANSWER = 450
"""Octets of the name and the texts that fit everywhere (RFC 7208 section 3.4)."""

# possessive throughout: a long record that is not plain costs one look (`*+`, `++`)
_HOST = r"(?=[^ ]{1,200} )(?:[a-z0-9_-]{1,63}+\.)++[a-z0-9-]{1,63}+"
_TERM = rf" ++[+?~-]?(?:(?:a|mx|include):{_HOST}|a|mx|ip4:[0-9./]++|ip6:[0-9a-f:./]++)(?= )"
_PLAIN_SPF = re.compile(rf"v=spf1(?:{_TERM})*+ ++[~-]all *+", re.IGNORECASE)
_FIRST_OCTET = re.compile(r"ip4:([0-9]+)\.", re.IGNORECASE)
_SHORT_PREFIX = re.compile(r"/(?:[0-9]|1[0-5])(?![0-9])")
_PLAIN_DMARC = re.compile(
    r"v=DMARC1 *; *p=(?:none|quarantine|reject)(?: *; *(?:sp|rua|ruf|adkim|aspf|fo) *=[^;]*+)*+ *;? *"
)


def spf_has_no_fault(case: Case) -> bool:
    """Nothing in the domain's SPF record is against its grammar."""
    parsed = case.read(spf_record).parsed
    return parsed is None or not parsed.faults


def spf_is_plain(case: Case) -> bool:
    """One sound SPF record of plain hosts and addresses that ends in ``-all`` or ``~all``, and nothing else like one."""
    found = case.read(spf_record)
    return found.record is not None and not found.near_misses and bool(_PLAIN_SPF.fullmatch(found.text))


def spf_ranges_are_usual(case: Case) -> bool:
    """The SPF record lists IPv4 ranges alone, none of them reserved, none with a prefix shorter than 16."""
    text = case.read(spf_record).text
    return (
        "ip6:" not in text.lower()
        and "//" not in text
        and PLAIN_OCTETS.issuperset(_FIRST_OCTET.findall(text))
        and _SHORT_PREFIX.search(text) is None
    )


def spf_answer_is_small(case: Case) -> bool:
    """The answer that holds the SPF record fits everywhere."""
    size = octets(case.read(spf_record))
    return size.texts <= SMALL_ANSWER and size.message <= SMALL_ANSWER


def includes_are_sound(case: Case) -> bool:
    """Every record of the SPF tree is there, can be read, stands in it once, and does not end in ``+all``."""
    tree: SpfTree = case.read(spf_includes)
    names = set()
    for node in tree.nodes:
        record = node.record
        if node.ended_by is not End.RECORD or record is None:
            return False
        if record.all is not None and record.all.qualifier == "+":
            return False
        names.add(node.name)
    return len(names) == len(tree.below) + 1


def spf_hosts_are_found(case: Case) -> bool:
    """Every host the SPF tree names has an address of each kind, and no MX set in it is too large."""
    counts = hosts_of(case).counts
    return not (counts.void4 or counts.void6 or counts.barren) and counts.exchanges <= EXCHANGE_LIMIT


def dmarc_has_no_fault(case: Case) -> bool:
    """Nothing in the domain's DMARC record is against its grammar."""
    parsed = case.read(dmarc_record).parsed
    return parsed is None or not parsed.faults


def dmarc_is_plain(case: Case) -> bool:
    """One DMARC record with its policy first and the usual tags after it."""
    return bool(_PLAIN_DMARC.fullmatch(case.read(dmarc_record).text))


def one_dmarc_record(case: Case) -> bool:
    """Exactly one DMARC record stands at the domain's own name, which is no alias."""
    own = case.read(dmarc_record)
    return len(own.candidates) == 1 and not own.aliases


def reports_are_consented(case: Case) -> bool:
    """Every outside owner of a report mailbox consents, in records that name no other mailbox."""
    return all(c.given and c.question is not None and not c.overrides for c in case.read(report_consent))


def tls_reporting_is_sound(case: Case) -> bool:
    """No TLS reporting record and nothing like one, or one without a fault."""
    return _is_sound(case.read(tls_reporting))


def sts_record_is_sound(case: Case) -> bool:
    """No MTA-STS record and nothing like one, or one without a fault."""
    return _is_sound(case.read(mta_sts_record))


def _is_sound(published: StsPublished | TlsReporting) -> bool:
    if not published.found.candidates:
        return not published.found.others
    parsed = published.parsed
    return parsed is not None and parsed.value is not None and not parsed.faults


def mx_set_is_plain(case: Case) -> bool:
    """The MX records name hosts, each once."""
    mx = case.read(mx_records)
    return len(mx.exchanges) == len(mx.records) and not any(map(is_address_literal, mx.exchanges))


def mx_stands_here(case: Case) -> bool:
    """MX records stand at the domain itself, so that it exists, is delegated, and is no alias."""
    return bool(case.read(mx_records).stands_here)


def mail_hosts_are_sound(case: Case) -> bool:
    """Every mail host is a name of its own with public addresses."""
    return bool(sound_hosts(case))


def has_dkim_names(case: Case) -> bool:
    """Something stands below ``_domainkey``, or may."""
    return not case.read(dkim_keys).none_exist
