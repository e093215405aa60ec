"""What a plan does to the records that are there."""

from __future__ import annotations

import asyncio

import pytest

from mailsetup.edge.zone_file import ZoneFile
from mailsetup.model.errors import UsageError
from mailsetup.model.plan import Action
from mailsetup.planning.build import build
from mailsetup.run import plan as run_plan
from mailsetup.run.plan import PlanOptions
from tests.plan.planning import (
    GOOGLE,
    KEY,
    MICROSOFT,
    PROVIDERS,
    TOKEN,
    actions,
    after,
    asked,
    change,
    notes,
    planned,
)
from tests.zones import AS_OF, world

PLAIN = """
    example.com. 3600 MX 10 mail.oldhost.net.
    example.com. 7200 TXT "v=spf1 include:_spf.oldhost.net -all"
    example.com. 7200 TXT "some-token=abc"
    example.com. A 93.184.216.34
    _spf.oldhost.net. TXT "v=spf1 ip4:198.51.100.0/24 -all"
    mail.oldhost.net. A 198.51.100.3
"""


def test_the_mx_set_is_replaced_as_a_whole_and_the_old_one_is_shown():
    """
    The switch holds the new set alone; its reason names what it replaces.
    """
    made = change(planned(PLAIN), "example.com", "MX", "mx")

    assert ["1 smtp.google.com."] == after(made)
    assert Action.UPDATE is made.action
    assert "mail.oldhost.net" in str(made.reason)


def test_spf_is_merged_never_doubled_and_foreign_texts_stay():
    """
    The joint record takes the place of the old one, its all is kept, the token beside it stays.
    """
    made = change(planned(PLAIN), "example.com", "TXT", "spf")

    assert '"v=spf1 include:_spf.oldhost.net include:_spf.google.com -all"' in after(made)
    assert '"some-token=abc"' in after(made)
    assert 1 == sum("v=spf1" in text for text in after(made))


def test_what_nobody_claims_stays_and_is_named():
    """
    A foreign text is in the notes.
    """
    assert "some-token=abc" in notes(planned(PLAIN))


def test_only_mail_records_are_touched():
    """
    The website's address is in no change.
    """
    touched = {(owner, rdtype) for _, owner, rdtype in actions(planned(PLAIN))}

    assert {
        ("example.com", "MX"),
        ("example.com", "TXT"),
        ("_dmarc.example.com", "TXT"),
        ("google._domainkey.example.com", "TXT"),
    } == touched


def test_a_long_key_is_cut_at_255_octets():
    """
    A 2048-bit key needs two character-strings (RFC 1035 section 3.3.14).
    """
    made = change(planned(PLAIN), "google._domainkey.example.com", "TXT")

    assert [2] == [len(r.chunks) for r in made.after]


def test_a_missing_value_waits_with_where_to_find_it_and_holds_its_phase():
    """
    The plan goes on; only the change and its phase wait.
    """
    plan = planned(PLAIN, settings={})
    waiting = change(plan, "google._domainkey.example.com", "TXT")
    phase = next(p for p in plan.phases if p.number == waiting.phase)

    assert Action.WAITING is waiting.action
    assert ("dkim_key",) == waiting.waiting_for
    assert "Admin console" in str(waiting.reason)
    assert () == waiting.after
    assert any("dkim_key" in str(b) for b in phase.blocked_by)
    assert Action.UPDATE is change(plan, "example.com", "MX", "mx").action


def test_a_gateway_in_front_keeps_the_mx():
    """
    The MX stay and the notes say what to change at the gateway.
    """
    text = """
        example.com. MX 10 eu-smtp-inbound-1.mimecast.com.
        example.com. MX 10 eu-smtp-inbound-2.mimecast.com.
        example.com. TXT "v=spf1 include:_spf.google.com ~all"
    """
    plan = planned(text, provider="microsoft-365", settings=MICROSOFT)

    assert Action.KEEP is change(plan, "example.com", "MX").action
    assert "example-com.mail.protection.outlook.com" in notes(plan)
    assert "--replace-mx" in notes(plan)


def test_the_mx_behind_a_gateway_are_replaced_only_on_the_users_word():
    """
    ``--replace-mx`` replaces the set all the same.
    """
    plan = planned("example.com. MX 10 eu-smtp-inbound-1.mimecast.com.", replace_mx=True)

    assert ["1 smtp.google.com."] == after(change(plan, "example.com", "MX", "mx"))


def test_shared_delivery_keeps_the_mx():
    """
    The provider's exchange beside another's is split or dual delivery.
    """
    plan = planned("example.com. MX 1 smtp.google.com.\nexample.com. MX 20 mx.elsewhere.net.")

    assert Action.KEEP is change(plan, "example.com", "MX").action
    assert "mx.elsewhere.net" in notes(plan)


@pytest.mark.parametrize(
    "mx",
    [
        "example.com. MX 5 SMTP.google.com.",
        """example.com. MX 1 aspmx.l.google.com.
        example.com. MX 5 alt1.aspmx.l.google.com.
        example.com. MX 5 alt2.aspmx.l.google.com.
        example.com. MX 10 alt3.aspmx.l.google.com.
        example.com. MX 10 alt4.aspmx.l.google.com.""",
    ],
)
def test_another_right_set_of_the_provider_is_kept(mx):
    """
    Old five-record sets and other preferences work; nothing is changed for beauty.
    """
    assert Action.KEEP is change(planned(mx), "example.com", "MX").action


def test_an_exchange_of_another_tenant_is_not_ones_own():
    """
    The provider's pattern matches, the tenant's value does not.
    """
    text = "example.com. MX 0 other-org.mail.protection.outlook.com."
    plan = planned(text, provider="microsoft-365", settings=MICROSOFT)

    assert Action.UPDATE is change(plan, "example.com", "MX", "mx").action


def test_a_null_mx_is_replaced_and_said():
    """
    A domain that took no mail begins to.
    """
    plan = planned("example.com. MX 0 .")

    assert ["1 smtp.google.com."] == after(change(plan, "example.com", "MX", "mx"))
    assert "null MX" in notes(plan)


def test_mx_that_could_not_be_read_wait():
    """
    A time-out is not absence: nothing is written over what is not known.
    """
    made = change(planned("example.com. TIMEOUT MX"), "example.com", "MX")

    assert Action.WAITING is made.action
    assert "could not be read" in str(made.reason)


def test_a_key_as_text_gives_way_to_an_alias():
    """
    Nothing may stand beside a CNAME (RFC 1034 section 3.6.2).
    """
    text = f'selector1._domainkey.example.com. TXT "v=DKIM1; p={KEY[:200]}" "{KEY[200:]}"'
    plan = planned(text, provider="microsoft-365", settings=MICROSOFT)

    both = [c.action for c in plan.changes if c.owner == "selector1._domainkey.example.com"]

    assert [Action.DELETE, Action.CREATE] == both


def test_an_alias_gives_way_to_a_key_as_text():
    """
    The other way round.
    """
    plan = planned("google._domainkey.example.com. CNAME key.hosted.net.")

    assert Action.DELETE is change(plan, "google._domainkey.example.com", "CNAME").action
    assert Action.CREATE is change(plan, "google._domainkey.example.com", "TXT").action


def test_the_same_key_written_otherwise_is_kept():
    """
    Order, spaces and further tags do not make another key.
    """
    text = f'google._domainkey.example.com. TXT "p={KEY[:200]}" "{KEY[200:]}; v=DKIM1 ; t=s"'
    text = text.replace('"p=', '"v=DKIM1; n=x; p=').replace("; v=DKIM1 ; t=s", "; t=s")

    assert Action.KEEP is change(planned(text), "google._domainkey.example.com", "TXT").action


def test_a_flattened_alias_is_right():
    """
    The host shows the target's key in place of the CNAME.
    """
    key = f'TXT "v=DKIM1; p={KEY[:200]}" "{KEY[200:]}"'
    target = MICROSOFT["dkim_selector1_target"]
    text = f"selector1._domainkey.example.com. {key}\n{target}. {key}"
    plan = planned(text, provider="microsoft-365", settings=MICROSOFT)

    assert Action.KEEP is change(plan, "selector1._domainkey.example.com", "CNAME").action
    assert not [c for c in plan.changes if c.action is Action.DELETE]


def test_a_wildcard_is_not_a_record_of_the_name():
    """
    What ``*`` answers is neither kept nor taken for what stands there.
    """
    plan = planned('*.example.com. TXT "v=spf1 -all"\n*.example.com. CNAME wild.example.net.')
    made = change(planned('*.example.com. TXT "anything"'), "_dmarc.example.com", "TXT")

    assert Action.CREATE is made.action
    assert () == made.before
    assert Action.CREATE is change(plan, "google._domainkey.example.com", "TXT").action


def test_an_alias_at_the_domain_itself_holds_everything_back():
    """
    The plan says what to ask the DNS host for.
    """
    plan = planned("example.com. CNAME shop.example.net.\nshop.example.net. A 198.51.100.7")

    assert Action.WAITING is change(plan, "example.com", "MX").action
    assert "flattening" in notes(plan)


def test_an_alias_at_the_domain_is_fine_where_the_host_flattens():
    """
    There MX and TXT stand beside it.
    """
    zone = """
        $ORIGIN example.com.
        $TTL 3600
        @ SOA ada.ns.cloudflare.com. h.example.com. 1 7200 3600 1209600 1800
        @ NS ada.ns.cloudflare.com.
        @ NS bob.ns.cloudflare.com.
        @ CNAME shop.example.net.
    """
    source = ZoneFile.of("\n".join(map(str.strip, zone.splitlines())), "example.com")
    options = PlanOptions(provider="google-workspace", settings=GOOGLE, predict=False)
    made = asyncio.run(run_plan.plan("example.com", options, source, AS_OF))

    assert Action.CREATE is change(made, "example.com", "MX").action
    assert "in place of the alias" in notes(made)


def test_a_name_delegated_elsewhere_is_said():
    """
    Keys below a delegated ``_domainkey`` are published in that zone.
    """
    plan = planned("_domainkey.example.com. NS ns1.keys.net.")

    assert "_domainkey.example.com is delegated to ns1.keys.net" in notes(plan)


def test_a_name_in_use_for_something_else_is_left_and_named():
    """
    An address at autodiscover is nobody's business of ours.
    """
    plan = planned("autodiscover.example.com. A 198.51.100.9", provider="microsoft-365", settings=MICROSOFT)

    assert not [c for c in plan.changes if c.owner == "autodiscover.example.com"]
    assert "autodiscover.example.com" in notes(plan)


def test_a_domain_that_matches_already_has_nothing_to_do():
    """
    Every change is a keep.
    """
    text = f"""
        example.com. MX 1 smtp.google.com.
        example.com. TXT "v=spf1 include:_spf.google.com ~all"
        google._domainkey.example.com. TXT "v=DKIM1; k=rsa; p={KEY[:200]}" "{KEY[200:]}"
        _dmarc.example.com. TXT "v=DMARC1; p=quarantine; rua=mailto:d@example.com"
    """

    assert [] == actions(planned(text, settings={"dkim_key": KEY}))


def test_several_services_share_one_spf_record():
    """
    A mailbox provider and a sender with SPF of its own.
    """
    plan = planned("example.com. A 203.0.113.4", senders=("mailchimp",), extras=frozenset({"mailchimp"}))
    made = change(plan, "example.com", "TXT", "spf")

    assert ["include:_spf.google.com", "include:servers.mcsv.net"] == [
        word for text in after(made) for word in text.strip('"').split() if word.startswith("include:")
    ]


def test_spf_that_would_go_over_the_limit_waits():
    """
    Publishing it would take the pass from everybody (RFC 7208 section 4.6.4).
    """
    includes = " ".join(f"include:s{i}.example.net" for i in range(10))
    hosts = "\n".join(f's{i}.example.net. TXT "v=spf1 ip4:198.51.100.{i} -all"' for i in range(10))
    made = change(planned(f'example.com. TXT "v=spf1 {includes} -all"\n{hosts}'), "example.com", "TXT", "spf")

    assert Action.WAITING is made.action
    assert "11" in str(made.reason)


def test_a_sub_domain_is_planned_in_the_zone_it_stands_in():
    """
    Its own records, and where to publish them.
    """
    text = 'example.com. MX 1 smtp.google.com.\n_dmarc.example.com. TXT "v=DMARC1; p=reject; rua=mailto:d@example.com"'
    fragment = world(text + PROVIDERS)
    options = PlanOptions(provider="google-workspace", settings=GOOGLE)
    plan = fragment.read(build(asked(fragment, options, "news.example.com")))

    assert "part of the zone example.com" in notes(plan)
    assert not [c for c in plan.changes if c.owner == "_dmarc.news.example.com"]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"provider": "mailchimp"}, "--sender mailchimp"),
        ({"provider": "amazon-workmail"}, "2027-03-31"),
        ({"keep_mx": True, "replace_mx": True}, "contradict"),
        ({"leave": ("google-workspace",)}, "at once"),
        ({"settings": {"dkim_kei": "x"}}, "dkim_key"),
        ({"time_zone": "Europe/Berlim"}, "Europe/Berlin"),
    ],
)
def test_what_cannot_be_meant_is_refused_in_one_sentence(options, words):
    """
    The sentence says what to do instead.
    """
    with pytest.raises(UsageError, match=words):
        planned("", **options)


def test_the_token_is_added_once():
    """
    A verification text that is there stays as it is.
    """
    made = change(planned(f'example.com. TXT "{TOKEN}"'), "example.com", "TXT", "verification")

    assert Action.KEEP is made.action


def test_a_bounce_name_gets_one_spf_record_too():
    """
    What a service wants at a name of its own is merged with what stands there.
    """
    text = 'bounce.example.com. TXT "v=spf1 ip4:198.51.100.9 -all"'
    plan = planned(text, senders=("amazon-ses",), settings={**GOOGLE, "return_path_host": "bounce"})
    texts = [
        word
        for c in plan.changes
        if (c.owner, c.rdtype) == ("bounce.example.com", "TXT")
        for word in after(c)
    ]

    assert ['"v=spf1 ip4:198.51.100.9 include:amazonses.com -all"'] == texts


def test_a_foreign_text_where_a_key_belongs_is_neither_kept_beside_it_nor_removed():
    """
    Two texts at one name make the key undefined (RFC 6376 section 3.6.2.2): the change waits.
    """
    made = change(
        planned('google._domainkey.example.com. TXT "hello"'), "google._domainkey.example.com", "TXT"
    )

    assert Action.WAITING is made.action
    assert "hello" in str(made.reason)


def test_a_broken_key_is_replaced():
    """
    It was meant as one.
    """
    text = 'google._domainkey.example.com. TXT "v=DKIM1; k=rsa; MIGf"'
    made = change(planned(text), "google._domainkey.example.com", "TXT")

    assert (Action.UPDATE, 1) == (made.action, len(made.after))


def test_a_domain_that_does_not_exist_is_said_to_be_so():
    """
    The records are planned all the same.
    """
    plan = planned("example.com. NXDOMAIN")

    assert "does not exist" in notes(plan)
    assert Action.CREATE is change(plan, "example.com", "MX").action


def test_a_policy_host_that_gave_no_answer_is_not_one_that_serves_nothing():
    """
    What could not be asked is said to be not known.
    """
    plan = planned("example.com. MX 10 mail.oldhost.net.\nmta-sts.example.com. TIMEOUT", mta_sts=True)

    assert "is not known, since mta-sts.example.com gave no usable answer" in notes(plan)
    absent = planned("example.com. MX 10 mail.oldhost.net.", mta_sts=True)
    assert "nothing serves https://mta-sts.example.com" in notes(absent)


def test_exchanges_of_two_hands_are_no_filter():
    """
    There is no console to set anything in; whether both are meant only the owner knows.
    """
    text = "example.com. MX 10 smtp.google.com.\nexample.com. MX 20 backup.example.com.\nbackup.example.com. A 198.51.100.9"
    said = notes(planned(text))

    assert "Mail is shared" in said
    assert "--replace-mx" in said
    assert "filtered" not in said


def test_the_server_behind_a_filter_is_named_as_the_console_wants_it():
    """
    A host, without a preference.
    """
    said = notes(planned("example.com. MX 10 eu-smtp-inbound-1.mimecast.com."))

    assert "to smtp.google.com;" in said


WILD = """
    example.com. MX 10 mail.oldhost.net.
    *.example.com. MX 10 mail.oldhost.net.
    *.example.com. MX 20 mail2.oldhost.net.
"""


def test_mail_of_the_names_below_is_not_forgotten_where_a_wildcard_receives_it():
    """
    The wildcard stays at the old hosts, and its owner is told so.
    """
    plan = planned(WILD)

    assert not [c for c in plan.changes if c.owner.startswith("*")]
    assert "*.example.com MX 10 mail.oldhost.net., 20 mail2.oldhost.net." in notes(plan)


def test_a_closed_domain_says_which_wildcard_still_receives():
    assert "*.example.com MX 10 mail.oldhost.net." in notes(planned(WILD, no_mail=True))


@pytest.mark.parametrize(
    "zone",
    [
        "example.com. MX 10 mail.oldhost.net.",
        "example.com. MX 10 mail.oldhost.net. \n *.example.com. CNAME example.com.",
        "example.com. MX 10 mail.oldhost.net. \n *.example.com. MX 5 smtp.google.com.",
    ],
)
def test_a_wildcard_that_follows_the_switch_is_no_matter(zone):
    """
    An alias to the domain goes where its MX go, and the new hosts are no old ones.
    """
    assert "*.example.com" not in notes(planned(zone))


def test_a_wildcard_is_no_matter_where_the_mail_hosts_stay():
    assert "*.example.com" not in notes(planned(WILD, keep_mx=True))


BLOCKED = 'example.com. MX 10 mail.oldhost.net. \n example.com. TXT "v=spf1 ip4:198.51.100.1 -all"'


def blocks(plan):
    """What must be true before the switch."""
    return " | ".join(str(b) for p in plan.phases if p.id == "switch" for b in p.blocked_by)


def test_the_switch_waits_where_nobody_knows_how_the_new_provider_sends():
    """
    With no SPF term known, and no keys while a policy is in force, its letters would be refused after the switch.
    """
    enforced = BLOCKED + '\n _dmarc.example.com. TXT "v=DMARC1; p=quarantine"'
    watched = BLOCKED + '\n _dmarc.example.com. TXT "v=DMARC1; p=none"'

    assert "Turbify (business mail) may send as example.com" in blocks(planned(enforced, provider="turbify"))
    assert "dkim=pass" in blocks(planned(enforced, provider="turbify"))
    assert "may send as" not in blocks(planned(enforced, provider="mailfence"))
    assert "dkim=pass" in blocks(planned(enforced, provider="mailfence"))
    assert "may send as" in blocks(planned(watched, provider="turbify"))
    assert "dkim=pass" not in blocks(planned(watched, provider="turbify"))


def test_a_provider_whose_terms_are_known_needs_nobodys_word():
    assert "" == blocks(planned(BLOCKED))
