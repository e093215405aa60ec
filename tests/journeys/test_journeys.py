"""The moves people make, on a real name server: planned, published phase by phase, verified, taken back."""

from __future__ import annotations

from pathlib import Path

import pytest

from mailsetup.model.plan import Action
from mailsetup.run.verify import Watch, wait_until
from tests.journeys.journey import journey
from tests.plan.planning import GOOGLE, KEY, MICROSOFT, after, change, notes

pytestmark = pytest.mark.real

GOOGLE_KEY = f'google._domainkey TXT "v=DKIM1; k=rsa; p={KEY[:200]}" "{KEY[200:]}"'


def test_from_a_free_mailbox_to_a_provider_with_website_and_newsletter(tmp_path: Path) -> None:
    """
    The website stays, the newsletter keeps sending, mail arrives at the provider.
    """
    text = """
@ A 198.51.100.80
www CNAME @
@ TXT "v=spf1 include:servers.mcsv.net ~all"
@ TXT "website-token=1"
k2._domainkey CNAME dkim2.mcsv.net.
"""
    with journey(tmp_path, text) as move:
        plan = move.plan(
            provider="google-workspace",
            settings={**GOOGLE, "rua": "dmarc@example.com"},
            senders=("mailchimp",),
        )
        move.carry_out(plan)

        now = move.records()
        assert {"1 smtp.google.com."} == now["example.com.", "MX"]
        assert '"v=spf1 include:servers.mcsv.net include:_spf.google.com ~all"' in now["example.com.", "TXT"]
        assert '"website-token=1"' in now["example.com.", "TXT"]
        assert {"198.51.100.80"} == now["example.com.", "A"]
        assert ("k3._domainkey.example.com.", "CNAME") in now
        move.take_back(plan)


def test_from_one_provider_to_another_behind_a_gateway(tmp_path: Path) -> None:
    """
    The MX stay with the filter; the old provider's records go last.
    """
    text = f"""
@ MX 10 eu-smtp-inbound-1.mimecast.com.
@ MX 10 eu-smtp-inbound-2.mimecast.com.
@ TXT "v=spf1 include:eu._netblocks.mimecast.com include:_spf.google.com -all"
_dmarc TXT "v=DMARC1; p=reject; rua=mailto:d@example.com"
{GOOGLE_KEY}
"""
    with journey(tmp_path, text) as move:
        plan = move.plan(provider="microsoft-365", settings=MICROSOFT, leave=("google-workspace",))
        assert "Mimecast" in notes(plan)
        move.carry_out(plan)

        now = move.records()
        assert move.before["example.com.", "MX"] == now["example.com.", "MX"]
        assert (
            '"v=spf1 include:eu._netblocks.mimecast.com include:spf.protection.outlook.com -all"'
            in now["example.com.", "TXT"]
        )
        assert ("google._domainkey.example.com.", "TXT") not in now
        assert move.before["_dmarc.example.com.", "TXT"] == now["_dmarc.example.com.", "TXT"]
        move.take_back(plan)


def test_two_spf_records_become_one(tmp_path: Path) -> None:
    """
    Nobody passed before; all their senders do after, and -all stays.
    """
    text = """
@ MX 10 smtp.google.com.
@ TXT "v=spf1 ip4:198.51.100.10 -all"
@ TXT "v=spf1 include:servers.mcsv.net -all"
"""
    with journey(tmp_path, text) as move:
        plan = move.plan(provider="google-workspace", settings=GOOGLE)
        move.carry_out(plan)

        (spf,) = (t for t in move.records()["example.com.", "TXT"] if "v=spf1" in t)
        first, *senders, ending = spf.strip('"').split()
        assert ("v=spf1", "-all") == (first, ending)
        assert {"ip4:198.51.100.10", "include:servers.mcsv.net", "include:_spf.google.com"} == set(senders)
        move.take_back(plan)


def test_a_domain_is_parked(tmp_path: Path) -> None:
    """
    Null MX, a record that denies everybody, p=reject, no keys.
    """
    text = f'@ A 198.51.100.80\n@ MX 1 smtp.google.com.\n@ TXT "v=spf1 include:_spf.google.com ~all"\n{GOOGLE_KEY}\n'
    with journey(tmp_path, text) as move:
        plan = move.plan(no_mail=True)
        move.carry_out(plan)

        now = move.records()
        assert {"0 ."} == now["example.com.", "MX"]
        assert {'"v=spf1 -all"'} == now["example.com.", "TXT"]
        assert {'"v=DMARC1; p=reject"'} == now["_dmarc.example.com.", "TXT"]
        assert ("google._domainkey.example.com.", "TXT") not in now
        move.take_back(plan)


def test_a_sub_domain_delegated_elsewhere(tmp_path: Path) -> None:
    """
    Its records are planned for its own zone, and the policy above is not weakened.
    """
    above = """
news NS ns1.dns.test.
_dmarc TXT "v=DMARC1; p=reject; rua=mailto:d@example.com"
"""
    with journey(tmp_path, "@ A 198.51.100.81\n", "news.example.com", {"example.com": above}) as move:
        plan = move.plan(provider="google-workspace", settings=GOOGLE)
        assert not [c for c in plan.changes if c.owner.startswith("_dmarc")]
        assert "inherits" in notes(plan)
        move.carry_out(plan)

        assert {"1 smtp.google.com."} == move.records()["news.example.com.", "MX"]
        move.take_back(plan)


def test_a_domain_with_other_letters(tmp_path: Path) -> None:
    """
    U-labels are typed, A-labels are published.
    """
    with journey(tmp_path, "@ A 198.51.100.80\n", "xn--bckerei-5wa.com") as move:
        move.domain = "Bäckerei.com"
        plan = move.plan(provider="google-workspace", settings=GOOGLE, time_zone="Europe/Berlin")
        assert "xn--bckerei-5wa.com" == plan.domain
        move.carry_out(plan)
        move.take_back(plan)


def test_an_alias_at_the_domain_at_a_host_that_flattens(tmp_path: Path) -> None:
    """
    The name server shows addresses in place of the aliases; what equals the target is right.
    """
    text = "@ A 198.51.100.80\n@ MX 10 mail.old.net.\n"
    with journey(tmp_path, text) as move:
        plan = move.plan(provider="microsoft-365", settings=MICROSOFT)
        alias = change(plan, "autodiscover.example.com", "CNAME")
        flattened = [c for c in plan.changes if c.action is not Action.KEEP and c is not alias]
        for phase in plan.phases:
            move.publish([c for c in flattened if c.phase == phase.number])
        move.server.update(move.zone, ("autodiscover.example.com.", "A", ["203.0.113.26"]))

        assert ["autodiscover.outlook.com."] == after(alias)
        assert move.finished(plan)
        move.server.update(move.zone, ("autodiscover.example.com.", "A", ["203.0.113.99"]))
        assert not move.finished(plan)


def test_a_hosted_policy_stays_hosted(tmp_path: Path) -> None:
    """
    ``_dmarc`` is an alias; nothing is published beside it.
    """
    text = "@ MX 10 mail.old.net.\n_dmarc CNAME example.com.policies.net.\n"
    host = 'example.com TXT "v=DMARC1; p=quarantine; rua=mailto:r@policies.net"\n'
    with journey(tmp_path, text, more={"policies.net": host}) as move:
        plan = move.plan(provider="google-workspace", settings={**GOOGLE, "rua": "d@example.com"})
        assert any("DKIM" in str(b) for p in plan.phases for b in p.blocked_by)
        move.carry_out(plan)

        assert {"example.com.policies.net."} == move.records()["_dmarc.example.com.", "CNAME"]
        move.take_back(plan)


def test_a_plan_foresees_what_the_audit_will_say(tmp_path: Path) -> None:
    """
    Every verdict predicted before publishing is the one given afterwards.
    """
    text = '@ A 198.51.100.80\n@ MX 10 mail.old.net.\n@ TXT "v=spf1 include:servers.mcsv.net -all"\n'
    with journey(tmp_path, text) as move:
        plan = move.foreseen(provider="google-workspace", settings=GOOGLE)
        assert plan.predicted is not None
        move.carry_out(plan)

        now = {v.check: v.status.value for v in move.audit(plan).verdicts}
        assert {v.check: v.status.value for v in plan.predicted.verdicts} == now


def test_a_plan_foresees_what_a_wildcard_and_a_long_ttl_will_do(tmp_path: Path) -> None:
    """
    A TTL that stays and a wildcard that answers again where a name goes are in the verdicts too.
    """
    text = (
        '@ 604800 MX 10 mail.old.net.\n@ 604800 TXT "v=spf1 mx ~all"\n* TXT "anything"\n'
        '_mta-sts TXT "v=STSv1; id=1"\n_smtp._tls TXT "v=TLSRPTv1; rua=mailto:t@example.net"\n'
    )
    with journey(tmp_path, text) as move:
        plan = move.foreseen(no_mail=True)
        assert plan.predicted is not None
        move.carry_out(plan)

        now = {v.check: v.status.value for v in move.audit(plan).verdicts}
        assert {v.check: v.status.value for v in plan.predicted.verdicts} == now


def test_waiting_sees_the_zone_change(tmp_path: Path) -> None:
    """
    The owner publishes while it waits; it ends when name server and resolver have everything.
    """
    with journey(tmp_path, "@ A 198.51.100.80\n@ MX 10 mail.old.net.\n") as move:
        plan = move.plan(provider="google-workspace", settings=GOOGLE)
        time = [0.0]
        todo = list(plan.phases)

        async def meanwhile(seconds: float) -> None:
            time[0] += seconds
            if todo:
                number = todo.pop(0).number
                move.publish([c for c in plan.changes if c.phase == number and c.action is not Action.KEEP])

        seen: list[str] = []
        watch = Watch(
            move.source, lambda: time[0], meanwhile, lambda p: seen.append(str(p)), move.server.port
        )
        waited = move.run(wait_until(plan, watch, 3600, "all"))

        assert waited.verification.finished
        assert any("not yet at ns1.dns.test" in line for line in seen)
        assert "everywhere" in seen[-1]
