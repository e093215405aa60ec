"""What a judged domain leaves behind: nothing that only the collector could find."""

from __future__ import annotations

import asyncio
import gc
from collections import Counter

from mailsetup import ZoneFile
from mailsetup.forms.jsonl import line
from mailsetup.run.audit import AuditSettings, audit_domain

ZONE = """
$TTL 3600
@               SOA   ns1.example.com. hostmaster.example.com. 1 7200 3600 1209600 3600
@               NS    ns1.example.com.
@               NS    ns2.example.com.
@               MX    10 mx1.example.com.
@               MX    20 mx2.example.com.
@               TXT   "v=spf1 mx a:void.example.com include:_spf.example.com include:_a.example.com ~all"
_spf            TXT   "v=spf1 include:_a.example.com include:_loop.example.com ip4:192.0.2.0/24 -all"
_a              TXT   "v=spf1 a:mx1.example.com exists:%{i}.example.com -all"
_loop           TXT   "v=spf1 include:_spf.example.com -all"
_dmarc          TXT   "v=DMARC1; p=quarantine; rua=mailto:d@example.com,mailto:r@example.net"
s1._domainkey   CNAME s1.keys.example.com.
s1.keys         TXT   "v=DKIM1; p="
_smtp._tls      TXT   "v=TLSRPTv1; rua=mailto:tls@example.com"
ns1             A     192.0.2.1
ns2             A     198.51.100.1
mx1             A     192.0.2.2
mx2             A     198.51.100.2
"""


def test_a_judged_domain_goes_without_the_collector() -> None:
    """
    Facts, findings and reports refer to nothing that refers back to them.
    """
    source = ZoneFile.of(ZONE, "example.com")
    settings = AuditSettings(selectors=("s1",), options=frozenset({"deep"}))
    findings = 0

    async def judged() -> None:
        nonlocal findings
        report = await audit_domain("example.com", source, settings)
        findings = sum(len(v.findings) for v in report.verdicts)
        line(report)

    asyncio.run(judged())  # what is loaded and kept once is no domain's
    gc.collect()
    gc.set_debug(gc.DEBUG_SAVEALL)
    try:
        asyncio.run(judged())
        gc.collect()
        ours = Counter(type(o).__name__ for o in gc.garbage if type(o).__module__.startswith("mailsetup."))
    finally:
        gc.set_debug(0)
        gc.garbage.clear()

    assert {} == dict(ours)
    assert 5 < findings
