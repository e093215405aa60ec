"""
NSEC3 with extra iterations.

They protect nothing and cost every resolver time; validators may treat a zone with many as unsigned. Zero
is the only value to use. A salt protects nothing either, and is worth a note.

Fires on (options: deep):

    example.com.  NSEC3PARAM  1 0 10 -

Silent on (options: deep):

    example.com.  NSEC3PARAM  1 0 0 -

Unknown on (options: deep):

    example.com.  TIMEOUT NSEC3PARAM
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.dnssec import dnssec_keys


@check(
    title="NSEC3 with extra iterations",
    severity=Severity.WARNING,
    codes=["DNSSEC_NSEC3_ITER"],
    reads=[dnssec_keys],
    cites=["RFC 9276 section 3.1"],
    opt_in="deep",
)
def nsec3_iterations(case: Case) -> Iterator[Finding]:
    found = case.read(dnssec_keys)
    for _, iterations, salt in found.nsec3:
        if iterations or salt != "-":
            yield case.finding(
                "{zone} uses {count} extra NSEC3 iterations where 0 is to be used"
                if iterations
                else "{zone} uses a salt in NSEC3, which protects nothing",
                zone=found.zone,
                count=iterations,
                at=found.nsec3_question,
                severity=None if iterations else Severity.INFO,
                remedy="Set the iterations to 0 (and the salt to -).",
            )
