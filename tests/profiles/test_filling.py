"""A profile filled for a domain: what is asked is asked, what was pasted is understood, nothing is invented."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailsetup.model.dns import MX, TXT
from mailsetup.model.errors import UsageError
from mailsetup.model.profile import Profile, Resolved
from mailsetup.profiles import load, load_all, resolve

from .planned import DOMAIN, KEY, shown

RECORD = f"v=DKIM1; k=rsa; p={KEY}"


def dkim_text(resolved: Resolved) -> str:
    (record,) = resolved.dkim
    assert isinstance(record.rdata, TXT), record
    return record.rdata.text


@pytest.fixture
def google() -> Profile:
    return load("google-workspace")


def test_without_values_the_known_records_stand_and_the_rest_waits(google: Profile) -> None:
    """
    A missing tenant value never stops the records that are known.
    """
    resolved = resolve(google, DOMAIN)

    assert [MX(1, "smtp.google.com")] == [r.rdata for r in resolved.mx]
    assert ["dkim_key", "verification"] == [w.parameter for w in resolved.waiting]
    assert all(w.where and w.example for w in resolved.waiting)
    assert ("dkim_key",) == resolved.dkim[0].waiting_for
    assert resolved.dkim[0].rdata is None


@pytest.mark.parametrize(
    "domain", ["example.com", "bad-schandau.de", "xn--mnchen-3ya.de", "a-b-c.example.co.uk"]
)
def test_a_tenant_host_is_never_worked_out_from_the_domain(domain: str) -> None:
    """
    MX and DKIM targets of Microsoft 365 are asked for, whatever the domain looks like.
    """
    resolved = resolve(load("microsoft-365"), domain)

    assert ["mx_host", "dkim_selector1_target", "dkim_selector2_target", "verification"] == [
        w.parameter for w in resolved.waiting
    ]
    assert [None, None, None] == [r.rdata for r in (*resolved.mx, *resolved.dkim)]


def test_a_whole_target_is_taken_as_it_was_pasted() -> None:
    """
    Both forms of the DKIM targets are accepted, with trailing dot, quotes or capitals.
    """
    profile = load("microsoft-365")
    new = "selector1-contoso-com._domainkey.contoso.n-v1.dkim.mail.microsoft"
    old = "selector2-contoso-com._domainkey.contoso.onmicrosoft.com"
    resolved = resolve(
        profile, DOMAIN, {"dkim_selector1_target": f'"{new.upper()}."', "dkim_selector2_target": f" {old}. "}
    )

    assert [new, old] == [r.rdata for r in resolved.dkim]


def test_an_mx_host_of_another_kind_is_refused_with_example_and_place() -> None:
    """
    The sentence names the parameter, an example, and where to look.
    """
    with pytest.raises(UsageError) as refused:
        resolve(load("microsoft-365"), DOMAIN, {"mx_host": "mail.example.com"})

    assert str(refused.value).startswith('mx_host: "mail.example.com" cannot be right')
    assert "example-com.mail.protection.outlook.com" in str(refused.value)
    assert "admin centre" in str(refused.value)


@pytest.mark.parametrize(
    ("center", "mx", "include"),
    [
        ("com", "mx.zoho.com", "include:zohomail.com"),
        ("EU", "mx.zoho.eu", "include:zohomail.eu"),
        (".com.au", "mx.zoho.com.au", "include:zohomail.com.au"),
        ("Canada", "mx.zohocloud.ca", "include:zohocloud.ca"),
    ],
)
def test_a_choice_decides_what_follows_from_it(center: str, mx: str, include: str) -> None:
    """
    The data centre of Zoho decides MX, SPF and hosts, however it was typed.
    """
    resolved = resolve(load("zoho-mail"), DOMAIN, {"data_center": center})

    assert MX(10, mx) == resolved.mx[0].rdata
    assert resolved.spf is not None and (include,) == resolved.spf.mechanisms
    assert resolved.clients


def test_a_choice_not_made_is_what_everything_waits_for() -> None:
    """
    Only the deciding parameter is asked for, not each value it decides.
    """
    resolved = resolve(load("zoho-mail"), DOMAIN)

    assert ["data_center", "verification", "dkim_key"] == [w.parameter for w in resolved.waiting]
    assert ("data_center",) == resolved.mx[0].waiting_for
    assert () == resolved.clients


def test_a_value_no_source_gives_is_asked_for_not_guessed() -> None:
    """
    The SPF include of Zoho's Japanese data centre is unknown: the MX stand, SPF waits for the tenant.
    """
    profile = load("zoho-mail")
    resolved = resolve(profile, DOMAIN, {"data_center": "jp"})

    assert MX(10, "mx.zoho.jp") == resolved.mx[0].rdata
    assert resolved.spf is not None and () == resolved.spf.mechanisms
    assert ("spf_include",) == resolved.spf.waiting_for
    given = resolve(profile, DOMAIN, {"data_center": "jp", "spf_include": "spf.example.jp"})
    assert given.spf is not None and ("include:spf.example.jp",) == given.spf.mechanisms


def test_an_unknown_choice_names_those_there_are() -> None:
    with pytest.raises(UsageError, match=r"data_center: .*expected one of com \| eu \| in"):
        resolve(load("zoho-mail"), DOMAIN, {"data_center": "mars"})


def test_an_unknown_parameter_names_the_nearest(google: Profile) -> None:
    with pytest.raises(UsageError, match='no parameter "dkim_kye"; did you mean dkim_key'):
        resolve(google, DOMAIN, {"dkim_kye": KEY})


@pytest.mark.parametrize(
    "pasted",
    [
        KEY,
        f"p={KEY}",
        f"p={KEY};",
        RECORD,
        f'"{RECORD}"',
        f'"{RECORD[:255]}" "{RECORD[255:]}"',
        f'( "{RECORD[:200]}"\n\t"{RECORD[200:]}" )',
        f'google._domainkey IN TXT "{RECORD}"',
        f"google._domainkey.example.com. 3600 IN TXT {RECORD}",
        RECORD.replace("; ", ";"),
        RECORD.replace(";", "\\;"),
        "\n".join(RECORD[i : i + 64] for i in range(0, len(RECORD), 64)),
        "-----BEGIN PUBLIC KEY-----\n"
        + "\n".join(KEY[i : i + 64] for i in range(0, len(KEY), 64))
        + "\n-----END PUBLIC KEY-----\n",
        f"\u201c{RECORD}\u201d",
    ],
)
def test_a_key_is_understood_however_it_was_pasted(google: Profile, pasted: str) -> None:
    """
    Whole record or bare key, quoted, broken over lines, escaped, with its name in front: one record.
    """
    assert RECORD == dkim_text(resolve(google, DOMAIN, {"dkim_key": pasted}))


def test_tags_of_a_record_pasted_whole_are_kept(google: Profile) -> None:
    """
    What the console shows is published, t= and h= included, with v= first (RFC 6376 section 3.6.1).
    """
    pasted = f"k=rsa; t=s; h=sha256; v=DKIM1; p={KEY[:100]} {KEY[100:]}"

    assert f"v=DKIM1; k=rsa; t=s; h=sha256; p={KEY}" == dkim_text(
        resolve(google, DOMAIN, {"dkim_key": pasted})
    )


def test_an_ed25519_key_gets_its_own_type(google: Profile) -> None:
    """
    A key of 32 octets is Ed25519 (RFC 8463), whatever the template says.
    """
    key = "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="

    assert f"v=DKIM1; k=ed25519; p={key}" == dkim_text(resolve(google, DOMAIN, {"dkim_key": key}))


@pytest.mark.parametrize(
    ("pasted", "says"),
    [
        (KEY[:-8], "cut off"),
        (KEY[:255], "not a DKIM key"),
        ("v=DKIM1; k=rsa; p=", "no key"),
        ("hello", "not a DKIM key"),
        ("-----BEGIN PRIVATE KEY-----\nMIIE", "private key"),
        ("A" * 20000, "too many"),
    ],
)
def test_a_key_that_cannot_work_is_refused_and_not_repeated(google: Profile, pasted: str, says: str) -> None:
    """
    Cut off, revoked, private or no key at all: a sentence says which, without the key in it.
    """
    with pytest.raises(UsageError, match=says) as refused:
        resolve(google, DOMAIN, {"dkim_key": pasted})

    assert str(refused.value).startswith("dkim_key: ")
    assert "MII" not in str(refused.value)


@pytest.mark.parametrize(
    "pasted", ["myselector", "myselector._domainkey", "MySelector._domainkey.example.com."]
)
def test_a_selector_is_cut_out_of_its_name(google: Profile, pasted: str) -> None:
    resolved = resolve(google, DOMAIN, {"dkim_selector": pasted})

    assert "myselector._domainkey.example.com" == resolved.dkim[0].owner


def test_a_record_name_is_relative_whether_or_not_the_domain_was_pasted_with_it() -> None:
    profile = load("mailbox-org")
    for pasted in ("0123abcd", "0123abcd.example.com", "0123abcd.example.com."):
        resolved = resolve(profile, DOMAIN, {"verification_host": pasted, "verification": "x1"})

        assert "0123abcd.example.com" == resolved.verification[0].owner


def test_an_unusual_token_is_a_warning_and_a_wrong_one_is_refused() -> None:
    """
    A pattern drawn from a few examples only warns.
    """
    profile = load("icloud-custom-domain")
    resolved = resolve(profile, DOMAIN, {"verification": "apple-domain=short"})

    assert ["verification"] == [w.values["name"] for w in resolved.warnings]
    assert TXT.of("apple-domain=short") == resolved.verification[0].rdata
    with pytest.raises(UsageError, match="verification"):
        resolve(load("migadu"), DOMAIN, {"verification": "hosted-email-verify=???"})


def test_templates_take_the_domain() -> None:
    """
    {domain} and {domain_dashes} are filled where the source says that the name follows from the domain.
    """
    assert "fm1.example.com.dkim.fmhosted.com" == resolve(load("fastmail"), DOMAIN).dkim[0].rdata
    assert "selector1-example-com.domainkey.runbox.com" == resolve(load("runbox"), DOMAIN).dkim[0].rdata


def test_a_closing_service_says_so() -> None:
    """
    WorkMail ends on 2027-03-31 and takes no new domains.
    """
    profile = load("amazon-workmail")
    (warning,) = resolve(profile, DOMAIN).warnings

    assert "2027-03-31" in str(warning) and not profile.plannable


def test_obsolete_records_are_not_planned() -> None:
    """
    A record that is only recognised for removal is not among those to publish.
    """
    obsolete = [
        line for name in ("microsoft-365", "mailchimp") for line in shown(resolve(load(name), DOMAIN))
    ]

    assert [] == [line for line in obsolete if line.startswith(("msoid.", "k1."))]


def test_a_target_is_taken_out_of_a_whole_record() -> None:
    """
    A record pasted whole is read as its last word.
    """
    target = "selector1-contoso-com._domainkey.contoso.onmicrosoft.com"
    pasted = f"selector1._domainkey 3600 IN CNAME {target}."
    resolved = resolve(load("microsoft-365"), DOMAIN, {"dkim_selector1_target": pasted})

    assert target == resolved.dkim[0].rdata


def test_no_value_can_break_out_of_its_record(google: Profile) -> None:
    """
    A host is a host: spaces, braces and control characters are refused, and text stays inside its TXT record.
    """
    for bad in ("a b.example", "{domain}", "x\x1b[31m", "a..b", "-", "x" * 300):
        with pytest.raises(UsageError):
            resolve(load("kerio-connect"), DOMAIN, {"mail_host": bad})
    with pytest.raises(UsageError):
        resolve(google, DOMAIN, {"verification": "x" * 5000})


FILLED = load_all()


@given(st.sampled_from(sorted(FILLED)), st.data())
def test_no_pasted_text_raises_anything_but_a_sentence(name: str, data: st.DataObject) -> None:
    """
    Whatever is pasted, it is a value or a UsageError of one line.
    """
    profile = FILLED[name]
    texts = st.one_of(st.text(max_size=80), st.text(max_size=20).map(lambda t: f"v=DKIM1; p={t}"))
    given_values = {p.name: data.draw(texts, label=p.name) for p in profile.parameters}
    with contextlib.suppress(UsageError):
        for record in resolve(profile, DOMAIN, given_values).records:
            assert record.rdata is None or record.rdtype
    for parameter, value in given_values.items():
        try:
            resolve(profile, DOMAIN, {parameter: value})
        except UsageError as refused:
            assert "\n" not in str(refused) and str(refused).isprintable()
