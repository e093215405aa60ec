"""Leaving a provider removes only what is its own; a parked domain neither receives nor sends."""

from __future__ import annotations

from mailsetup.model.plan import Action
from tests.plan.planning import GOOGLE, KEY, MICROSOFT, actions, after, change, notes, planned

GOOGLE_TODAY = f"""
    example.com. 300 MX 1 smtp.google.com.
    example.com. TXT "v=spf1 include:_spf.google.com include:servers.mcsv.net ~all"
    example.com. TXT "google-site-verification=abc"
    google._domainkey.example.com. TXT "v=DKIM1; k=rsa; p={KEY[:200]}" "{KEY[200:]}"
    k2._domainkey.example.com. CNAME dkim2.mcsv.net.
    www.example.com. CNAME host.example.net.
"""


def moved(**options):
    """From Google to Microsoft 365."""
    return planned(GOOGLE_TODAY, provider="microsoft-365", settings=MICROSOFT, **options)


def test_without_leave_nothing_of_the_old_provider_goes():
    """
    The plan proposes it.
    """
    plan = moved()

    assert not [c for c in plan.changes if c.action is Action.DELETE]
    assert "--leave google-workspace" in notes(plan)


def test_leaving_removes_its_spf_term_and_its_key_last():
    """
    The website and the newsletter stay.
    """
    plan = moved(leave=("google-workspace",))
    retire = next(p.number for p in plan.phases if p.id == "retire")
    last = [c for c in plan.changes if c.phase == retire]

    assert {("example.com", "TXT"), ("google._domainkey.example.com", "TXT")} == {
        (c.owner, c.rdtype) for c in last
    }
    assert '"v=spf1 include:servers.mcsv.net include:spf.protection.outlook.com ~all"' in after(
        next(c for c in last if c.owner == "example.com")
    )


def test_a_proof_of_ownership_stays_and_is_named():
    """
    It may serve another product.
    """
    plan = moved(leave=("google-workspace",))

    assert "google-site-verification=abc" in notes(plan)
    assert all(
        '"google-site-verification=abc"' in after(c)
        for c in plan.changes
        if c.owner == "example.com" and c.rdtype == "TXT"
    )


def test_nothing_is_removed_while_mail_still_arrives_there():
    """
    MX that stay keep their provider.
    """
    plan = planned(GOOGLE_TODAY, provider="", senders=("mailchimp",), leave=("google-workspace",))

    assert not [c for c in plan.changes if c.action is Action.DELETE]
    assert "still arrives" in notes(plan)


def test_a_parked_domain_denies_everything():
    """
    Null MX, SPF that lets nobody pass, p=reject.
    """
    plan = planned('example.com. TXT "some-token=abc"', no_mail=True)

    assert ["0 ."] == after(change(plan, "example.com", "MX"))
    assert ['"some-token=abc"', '"v=spf1 -all"'] == sorted(after(change(plan, "example.com", "TXT")))
    assert ['"v=DMARC1; p=reject"'] == after(change(plan, "_dmarc.example.com", "TXT"))


def test_a_parked_domain_has_no_keys():
    """
    Those of the services found there are withdrawn, last.
    """
    plan = planned(GOOGLE_TODAY, no_mail=True)
    gone = {c.owner for c in plan.changes if c.action is Action.DELETE}

    assert "google._domainkey.example.com" in gone
    assert "www.example.com" not in {owner for _, owner, _ in actions(plan)}


def test_parking_is_done_once():
    """
    A parked domain has nothing to do.
    """
    text = """
        example.com. MX 0 .
        example.com. TXT "v=spf1 -all"
        _dmarc.example.com. TXT "v=DMARC1; p=reject; rua=mailto:d@example.net"
    """

    assert [] == actions(planned(text, no_mail=True))


def test_a_parked_domain_may_report_elsewhere_but_not_to_itself():
    """
    A mailbox of its own receives nothing any more.
    """
    text = 'reports.net. MX 5 mx.reports.net.\n*._report._dmarc.reports.net. TXT "v=DMARC1"'
    plan = planned(text, no_mail=True, reports_to=("me@reports.net", "me@example.com"))

    assert ['"v=DMARC1; p=reject; rua=mailto:me@reports.net"'] == after(
        change(plan, "_dmarc.example.com", "TXT")
    )


def test_a_parked_domain_asks_for_no_encrypted_delivery_and_no_reports():
    """
    Nothing is delivered to it; what announced how goes last.
    """
    before = """
    example.com. MX 10 mail.oldhost.net.
    _mta-sts.example.com. TXT "v=STSv1; id=20260101"
    _smtp._tls.example.com. TXT "v=TLSRPTv1; rua=mailto:tls@example.com"
    """
    plan = planned(before, no_mail=True)

    for owner in ("_mta-sts.example.com", "_smtp._tls.example.com"):
        gone = change(plan, owner, "TXT")
        assert gone.action is Action.DELETE
        assert gone.phase == plan.phases[-1].number


def test_a_key_that_is_said_to_stay_stays():
    """
    A selector anybody may use is no mark of the one who is left: its key is named, and not removed.
    """
    plan = planned(
        f"""
        example.com. 3600 MX 10 mx.yandex.net.
        example.com. TXT "v=spf1 include:_spf.yandex.net ~all"
        mail._domainkey.example.com. TXT "v=DKIM1; k=rsa; p={KEY[:200]}" "{KEY[200:]}"
        """,
        leave=("yandex-360",),
    )

    assert "The key at mail._domainkey.example.com may belong to" in notes(plan)
    assert ("delete", "mail._domainkey.example.com", "TXT") not in actions(plan)


def test_a_key_at_a_selector_that_bears_no_name_is_named_as_left():
    """
    The owner gave the selector: the key there is nobody's by its marks, stays, and is told of once.
    """
    text = f"""
        {GOOGLE_TODAY}
        2023._domainkey.example.com. TXT "v=DKIM1; k=rsa; p={KEY[:200]}" "{KEY[200:]}"
    """
    options = {"provider": "microsoft-365", "settings": MICROSOFT, "leave": ("google-workspace",)}
    plan = planned(text, selectors=("2023", "k2", "gone", "google"), **options)

    assert "The key at 2023._domainkey.example.com bears no mark of Google Workspace" in notes(plan)
    assert 1 == notes(plan).count("bears no mark")
    assert ("delete", "2023._domainkey.example.com", "TXT") not in actions(plan)


def test_a_term_that_bears_nobodys_name_stays_when_its_service_is_left():
    """
    ``mx`` and ``a`` may let the website send; they are named, and the owner decides.
    """
    text = 'example.com. MX 10 mail.example.com.\nmail.example.com. A 198.51.100.7\nexample.com. TXT "v=spf1 mx a -all"'
    plan = planned(text, leave=("zimbra-self-hosted",))
    last = [r for c in plan.changes if c.purpose == "spf" for r in after(c) if "v=spf1" in r][-1]

    assert '"v=spf1 mx a include:_spf.google.com -all"' == last
    assert 'The SPF record holds "mx"' in notes(plan)


def test_an_alias_of_the_owners_own_is_not_written_over():
    """
    ``mail`` or ``email`` may be anybody's; the service's wish is named. An alias of another mail service is replaced.
    """
    own = planned(
        "email.example.com. CNAME shop.host.net.", provider="godaddy-professional-email", settings={}
    )
    mail = planned(
        "autodiscover.example.com. CNAME autodiscover.old.net.", provider="microsoft-365", settings=MICROSOFT
    )

    assert not [c for c in own.changes if c.owner == "email.example.com" and c.action is not Action.KEEP]
    assert "at email.example.com, but other records stand there" in notes(own)
    assert Action.UPDATE is change(mail, "autodiscover.example.com", "CNAME").action


def test_a_closed_domain_keeps_the_reports_that_go_elsewhere():
    """
    Its own mailbox receives nothing any more; who else gets the reports still does.
    """
    plan = planned(
        """
        _dmarc.example.com. TXT "v=DMARC1; p=none; rua=mailto:a@example.com,mailto:b@reports.example.net"
        """,
        no_mail=True,
    )

    assert '"v=DMARC1; p=reject; rua=mailto:b@reports.example.net"' in after(
        change(plan, "_dmarc.example.com", "TXT")
    )


def test_who_holds_the_mailboxes_behind_a_filter_is_proposed_to_be_left():
    """
    The MX stay at the filter, and what stands behind it moves all the same.
    """
    zone = """
        example.com. MX 10 eu-smtp-inbound-1.mimecast.com.
        example.com. TXT "v=spf1 include:eu._netblocks.mimecast.com include:_spf.google.com ~all"
    """
    filtered = planned(zone, provider="microsoft-365", settings=MICROSOFT)
    kept = planned(zone, provider="microsoft-365", settings=MICROSOFT, keep_mx=True)

    assert "--leave google-workspace" in notes(filtered)
    assert "--leave" not in notes(kept)


def test_leaving_who_was_never_there_is_said_to_change_nothing():
    """
    A wrong name must not look like a removal that is planned.
    """
    plan = moved(leave=("zoho-mail", "google-workspace"))

    assert "Nothing of Zoho Mail was found at example.com" in notes(plan)
    assert "Nothing of Google" not in notes(plan)


def test_who_still_receives_is_not_called_absent():
    assert "Nothing of" not in notes(moved(leave=("google-workspace",), keep_mx=True))


def test_what_could_not_be_read_is_not_called_absent():
    """
    Nothing is said of a provider whose key may stand there.
    """
    plan = planned(
        "example.com. MX 10 mail.oldhost.net. \n zmail._domainkey.example.com. TIMEOUT", leave=("zoho-mail",)
    )

    assert "Nothing of" not in notes(plan)


def test_what_stays_keeps_the_lifetime_it_has():
    """
    A record set that a plan keeps is shown with the TTL that was found, however odd.
    """
    plan = planned('example.com. 172800 MX 0 .\n example.com. 300 TXT "v=spf1 -all"', no_mail=True)

    assert [(Action.KEEP, 172800)] == [(c.action, c.ttl) for c in plan.changes if c.rdtype == "MX"]


def test_the_spf_record_of_another_service_stays_when_one_that_it_sends_through_is_left():
    """
    Resend sends through Amazon SES and has an SPF record of its own; leaving Amazon SES takes neither away.
    """
    options = {
        "senders": ("resend",),
        "leave": ("amazon-ses",),
        "settings": {**GOOGLE, "resend.dkim_key": KEY},
    }
    text = """
        example.com. MX 1 smtp.google.com.
        send.example.com. TXT "v=spf1 include:amazonses.com ~all"
        send.example.com. MX 10 feedback-smtp.us-east-1.amazonses.com.
        amazonses.com. TXT "v=spf1 ip4:199.255.192.0/22 -all"
    """
    plan = planned(text, **options)

    assert "send.example.com" not in {owner for action, owner, _ in actions(plan) if action == "delete"}
