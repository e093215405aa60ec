"""TLS reports and MTA-STS beside what is there: no address is lost, no alias is misread, silence is not absence."""

from __future__ import annotations

from mailsetup.planning.remarks import alias_note
from tests.plan.planning import after, change, notes, planned

OLD = "example.com. 3600 MX 10 mail.oldhost.net.\n"
REPORTS = "reports.net. MX 1 mx.reports.net.\n"


def test_reports_on_tls_need_nobodys_consent():
    """
    RFC 8460 knows no record of consent; that is a matter of DMARC reports alone (RFC 9990 section 4).
    """
    plan = planned(OLD + REPORTS, tls_reports_to=("x@reports.net",))

    assert ['"v=TLSRPTv1; rua=mailto:x@reports.net"'] == after(change(plan, "_smtp._tls.example.com", "TXT"))
    assert "does not agree" not in notes(plan)


def test_an_address_that_gets_reports_today_keeps_getting_them():
    """
    The new one is added; a longer address that begins alike is another one.
    """
    text = (
        OLD
        + REPORTS
        + '_smtp._tls.example.com. TXT "v=TLSRPTv1; rua=mailto:x@reports.network,https://a.net/r"'
    )
    plan = planned(text, tls_reports_to=("x@reports.net",))

    assert ['"v=TLSRPTv1; rua=mailto:x@reports.network,https://a.net/r,mailto:x@reports.net"'] == after(
        change(plan, "_smtp._tls.example.com", "TXT")
    )
    assert (
        "keep"
        == change(planned(text, tls_reports_to=("https://a.net/r",)), "_smtp._tls.example.com", "TXT").action
    )


def test_several_records_for_reports_become_one():
    """
    Senders use none of several (RFC 8460 section 3); every address stays.
    """
    text = "".join(f'_smtp._tls.example.com. TXT "v=TLSRPTv1; rua=mailto:{x}@reports.net"\n' for x in "ab")
    plan = planned(OLD + REPORTS + text, tls_reports_to=("a@reports.net",))

    assert ['"v=TLSRPTv1; rua=mailto:a@reports.net,mailto:b@reports.net"'] == after(
        change(plan, "_smtp._tls.example.com", "TXT")
    )


def test_what_another_service_serves_is_left_to_it():
    """
    An alias at these names is no obstacle to be replaced by addresses.
    """
    text = OLD + (
        "_smtp._tls.example.com. CNAME tls.vendor.net.\n_mta-sts.example.com. CNAME sts.vendor.net.\n"
        "mta-sts.example.com. CNAME web.vendor.net.\n"
    )
    plan = planned(text, tls_reports_to=("x@example.com",), mta_sts=True)

    assert not [c for c in plan.changes if c.purpose in ("tls-rpt", "mta-sts")]
    assert "_smtp._tls.example.com is looked after elsewhere (tls.vendor.net)" in notes(plan)
    assert "_mta-sts.example.com is looked after elsewhere (sts.vendor.net)" in notes(plan)
    assert "ALIAS" not in notes(plan)


def test_an_alias_below_the_domain_can_be_deleted():
    """
    Flattening helps at the domain itself; elsewhere the alias goes, or its target is changed.
    """
    at_it = str(alias_note("example.com", "example.com", "web.net", None))
    below = str(alias_note("example.com", "send.example.com", "web.net", None))

    assert ("ALIAS" in at_it, "ALIAS" in below) == (True, False)
    assert "delete it first" in below


def test_a_policy_that_could_not_be_read_holds_the_switch():
    """
    In force it would make senders refuse the new exchanges (RFC 8461 section 5).
    """
    plan = planned(OLD + "_mta-sts.example.com. TIMEOUT")
    switch = next(p for p in plan.phases if p.id == "switch")

    assert any("MTA-STS policy is in force" in str(b) for b in switch.blocked_by)


def test_a_last_phase_that_only_announces_mta_sts_speaks_of_mta_sts():
    """
    No key is withdrawn in it: what is waited for is that the new mail hosts stand alone.
    """
    plan = planned(OLD, mta_sts=True, mta_sts_host="policy.web.example")
    (last,) = (p for p in plan.phases if p.id == "retire")

    assert {c.purpose for c in plan.changes if c.phase == last.number} == {"mta-sts"}
    assert "mail hosts that the policy does not name" in str(last.why_then)
    assert "keys" not in str(last.why_then)
