"""
A domain that sends mail without any DKIM key.

All DKIM keys of a domain stand below "_domainkey". When that name itself does not exist, there is none,
whatever the selector. When it exists there are keys at selectors that DNS does not list, and nothing is
said here.

Fires on:

    example.com.  MX   10 mx.example.com.
    example.com.  TXT  "v=spf1 mx -all"

Silent on:

    example.com.  MX   10 mx.example.com.
    example.com.  TXT  "v=spf1 mx -all"
    unlisted._domainkey.example.com.  TXT  "v=DKIM1; k=rsa; p=MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA1YAn9k/Hh+JTbQcAl0Zwd/vs3MPktLCaf8DJtw5Vrr2Ouxd/wTel03ILAdHexW3nXYA3LIbMiuMTn/jjvyppW5ONf8IZQYrTjqso8/ckRqbEurTE7jfE9gq5cj8w8GK7Cb+qKtlcNn8etMYFxT/1oLhrrnqrCxUhTG3M9w5Ra/h0Vul8FxcQ1Qf773vOJNmt4" "U8hcH6yIJ6c16REGKsMxt7SUxlS4U43CFCwHKtrnmixOlxA2hPUWBnjeKAmpbOUK6FTd1Aqpm+s/gj49JmmGAF0t8StEku3nRpHnrKVc6n8GKS5TCr5uCnZXY6ChND0oemLr4hdyd/G/wOUOCZYcwIDAQAB"

Silent on (selectors: s1):

    example.com.                MX     10 mx.example.com.
    example.com.                TXT    "v=spf1 mx -all"
    s1._domainkey.example.com.  CNAME  s1.provider.example.
    s1.provider.example.        TIMEOUT

Silent on:

    example.com.  MX   0 .
    example.com.  TXT  "v=spf1 -all"

Silent on:

    example.com.          MX   0 .
    example.com.          TXT  "v=spf1 -all exp=explain.example.com"
    explain.example.com.  TXT  "example.com sends no mail"

Unknown on:

    example.com.  MX   10 mx.example.com.
    example.com.  TXT  "v=spf1 mx -all"
    _domainkey.example.com.  SERVFAIL

Unknown on:

    example.com.  MX   10 mx.example.com.
    example.com.  TIMEOUT TXT
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._silence import has_dkim_names
from mailsetup.checks._when import sends_mail
from mailsetup.grammar.public_suffix import organizational_domain
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.dns import Outcome
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.dkim_keys import dkim_container, dkim_keys
from mailsetup.walks.mx_records import mx_records
from mailsetup.walks.spf_record import spf_record


@check(
    title="A domain that sends mail without any DKIM key",
    severity=Severity.WARNING,
    codes=["DKIM_KEY_MISSING"],
    cites=["RFC 6376 section 3.6.2.1", "RFC 8020"],
    applies_to=sends_mail,
    reads=[dkim_container, dkim_keys, mx_records, spf_record],
    yields_to=["dkim/key-missing", "dkim/name-doubled", "dmarc/reject-on-spf-alone"],
    silent_where=has_dkim_names,
)
def none_published(case: Case) -> Iterator[Finding]:
    if case.read(dkim_container).outcome is not Outcome.NO_NAME:
        return
    if organizational_domain(case.domain) != case.domain:
        return  # a key of the domain above may sign for a sub-domain (RFC 9989 section 4.4.1)
    survey = case.read(dkim_keys)
    if survey.none_exist:
        yield case.finding(
            "{domain} sends mail but has no DKIM key at all: nothing exists at or below {name}",
            domain=case.domain,
            name=survey.container_question.name,
            at=survey.container_question,
            remedy="Switch on DKIM signing at your mail service and publish the record it shows.",
        )
