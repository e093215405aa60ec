"""Which records are a provider's, and what is shaky about what is known of it."""

from __future__ import annotations

import pytest

from mailsetup.model.dns import MX, SRV, TXT, Rdata
from mailsetup.profiles import claim, diagnose, load, load_all, parse, spf_claim

from .planned import DOMAIN, KEY, filled
from .test_files import SMALL


@pytest.mark.parametrize(
    ("profile", "owner", "rdtype", "rdata", "purpose"),
    [
        ("google-workspace", "", "MX", MX(5, "alt1.aspmx.l.google.com"), "mx"),
        ("google-workspace", "", "MX", MX(15, "abc.mx-verification.google.com"), "verification"),
        ("google-workspace", "", "MX", MX(15, "mail.example.com"), ""),
        ("google-workspace", "", "TXT", TXT.of("google-site-verification=x"), "verification"),
        ("google-workspace", "", "TXT", TXT.of("v=spf1 include:_spf.google.com ~all"), ""),
        ("microsoft-365", "autodiscover", "CNAME", "autodiscover.outlook.com", "client"),
        ("microsoft-365", "autodiscover", "CNAME", "mail.example.com", ""),
        (
            "microsoft-365",
            "selector1._domainkey",
            "CNAME",
            "selector1-x._domainkey.y.onmicrosoft.com",
            "dkim",
        ),
        ("microsoft-365", "s9._domainkey", "CNAME", "s9.example.net", ""),
        ("microsoft-365", "_sip._tls", "SRV", SRV(100, 1, 443, "sipdir.online.lync.com"), "other"),
        ("yandex-360", "mail._domainkey", "TXT", TXT.of(f"v=DKIM1; k=rsa; p={KEY}"), "dkim"),
        ("google-workspace", "other._domainkey", "TXT", TXT.of(f"v=DKIM1; p={KEY}"), ""),
        ("fastmail", "fm1._domainkey", "CNAME", "fm1.example.com.dkim.fmhosted.com", "dkim"),
        ("strato", "_autodiscover._tcp", "SRV", SRV(0, 0, 443, "autoconfigure.strato.de"), "client"),
        ("strato", "_autodiscover._tcp", "SRV", SRV(0, 0, 443, "mail.example.com"), ""),
        ("kerio-connect", "", "MX", MX(10, "mail.example.com"), ""),
    ],
)
def test_a_record_is_claimed_by_its_provider_only(
    profile: str, owner: str, rdtype: str, rdata: Rdata, purpose: str
) -> None:
    """
    What leaving takes away is what a pattern or fixed record of the profile names; the rest stays.
    """
    name = f"{owner}.{DOMAIN}" if owner else DOMAIN

    assert purpose == claim(load(profile), DOMAIN, name, rdtype, rdata)


def test_planned_mx_are_claimed_again() -> None:
    """
    Whatever a profile tells people to publish at MX is recognised as its own on leaving.
    """
    missed = [
        profile.id
        for profile in load_all().values()
        if profile.detect.mx
        for record in filled(profile).mx
        if record.rdata and not claim(profile, DOMAIN, record.owner, record.rdtype, record.rdata)
    ]

    assert [] == missed


def test_an_include_is_claimed_by_exact_name_or_pattern() -> None:
    zoho = load("zoho-mail")

    assert spf_claim(zoho, "zohomail.eu") and spf_claim(zoho, "one.zoho.in")
    assert not spf_claim(zoho, "zcsend.net")


def test_the_doctor_tells_age_and_endings() -> None:
    """
    Facts read long ago are stale, and a service that ends says when.
    """
    workmail = load("amazon-workmail")

    assert ("ending",) == tuple(c.kind for c in diagnose([workmail], "2026-11-21").of("ending"))
    later = diagnose([workmail], "2028-01-01")
    assert "ended on 2027-03-31" == str(later.of("ending")[0].message)
    assert "checked on 2026-11-21" in str(later.of("stale")[0].message)


def test_the_doctor_tells_what_is_asked_weak_and_disputed() -> None:
    found = diagnose([load("microsoft-365")], "2026-11-21")

    assert {"asked": 4, "disagreement": 2, "weak": 1} == dict(found.counts)
    assert () == found.faults


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        ("mx = [{ name", "dkim = [{ name", "unsourced"),
        ("\\.tiny", "(\\.tiny", "pattern"),
        ('"{mx_host}"', '"mx.tiny.example"', "pattern"),
    ],
)
def test_the_doctor_finds_mistakes_in_a_file(old: str, new: str, kind: str) -> None:
    text = SMALL.replace(old, new, 1)
    if kind == "unsourced":
        text = text.replace('"{mx_host}"', '"mx.tiny.example"')

    assert kind in [c.kind for c in diagnose([parse(text, "tiny.toml")], "2026-11-21").faults]


@pytest.mark.parametrize(
    ("fact", "field"),
    [
        ('[[extras]]\nhost = "autodiscover"\ntype = "CNAME"\ntarget = "a.tiny.example"\n', "extras"),
        (
            '[[clients]]\nprotocol = "imap"\nhost = "i.tiny.example"\nport = 993\nsecurity = "tls"\n',
            "clients",
        ),
        ('[[verification]]\nhost = "@"\ntype = "TXT"\ntext = "tiny=1"\n', "verification"),
    ],
)
def test_every_kind_of_fact_has_a_source_or_is_called_weak(fact: str, field: str) -> None:
    """
    A host for mail programs or a further record that nobody has a source for is a fault of the file, like an MX.
    """
    stated = SMALL.replace('"{mx_host}"', '"mx.tiny.example"') + "\n" + fact
    thin = f'{stated}\n[[weak]]\nfield = "{field}"\nwhy = "from one zone"\n'

    assert [field] == [c.field for c in diagnose([parse(stated, "x")], "2026-11-21").of("unsourced")]
    assert () == diagnose([parse(thin, "x")], "2026-11-21").of("unsourced")


def test_what_is_said_of_a_service_has_a_source_or_is_called_weak() -> None:
    """
    That a service was renamed or ends is a fact too.
    """
    stated = SMALL.replace('"{mx_host}"', '"mx.tiny.example"')
    renamed = stated.replace('state = "active"', 'state = "renamed"\nnote = "Once Huge."')

    assert ["status"] == [c.field for c in diagnose([parse(renamed, "x")], "2026-11-21").of("unsourced")]


def test_two_profiles_with_one_exchange_are_a_conflict() -> None:
    """
    Unless their files say that they share it.
    """
    one = parse(SMALL, "tiny.toml")
    other = parse(SMALL.replace('"tiny"', '"teeny"', 1), "teeny.toml")
    agreed = parse(
        SMALL.replace('"tiny"', '"teeny"', 1).replace("examples =", 'shares_mx_with = ["tiny"]\nexamples ='),
        "x",
    )

    assert ["teeny", "tiny"] == [c.profile_id for c in diagnose([one, other], "2026-11-21").of("conflict")]
    assert () == diagnose([one, agreed], "2026-11-21").of("conflict")
