"""Every format writes what was planned: those with a reader read back equal, TXT is cut right, nothing waits in a zone."""

from __future__ import annotations

import csv
import io
import ipaddress
import json
import re
from pathlib import Path
from typing import Any

import dns.zone
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mailsetup.edge.zone_file import ZoneFile
from mailsetup.model.dns import CAA, MX, SRV, TLSA, TXT, DnsAnswer, DnsQuestion, Rdata
from mailsetup.model.errors import UsageError
from mailsetup.model.message import say
from mailsetup.model.plan import Action, Phase, Plan, RecordChange, SpfProof
from mailsetup.planning import saved
from mailsetup.planning.renderers import (
    bind,
    cloudflare,
    dnscontrol,
    octodns,
    route53,
    steps,
    table,
    terraform,
)
from mailsetup.planning.renderers import csv as csv_form
from mailsetup.profiles.dns_hosts import dns_hosts
from mailsetup.run.language import use
from tests.plan.planning import TOKEN, planned

LONG = "v=DKIM1; k=rsa; p=" + "A" * 392
MACRO = "v=spf1 include:%{i}._ip.%{h}._ehlo.${d}._spf.example.net -all"
HOSTILE = 'a "quoted" \\ text; with = $INCLUDE `x` ${y} <b> \x1b[31m \x00 \xff'

labels = st.text(st.sampled_from("abcdefghijklmnopqrstuvwxyz0123456789-"), min_size=1, max_size=12).filter(
    lambda s: not s.startswith("-") and not s.endswith("-")
)
names = st.lists(labels, min_size=2, max_size=4).map(".".join)
texts = st.one_of(
    st.sampled_from([LONG, MACRO, HOSTILE, "", ";", "\\;"]),
    st.text(st.characters(max_codepoint=255), max_size=600),
).map(TXT.of)
rdata: dict[str, st.SearchStrategy[Rdata]] = {
    "A": st.ip_addresses(v=4).map(str),
    "AAAA": st.integers(0x2000 << 112, (0x4000 << 112) - 1).map(lambda n: str(ipaddress.IPv6Address(n))),
    "CNAME": names,
    "MX": st.builds(MX, st.integers(0, 65535), names),
    "TXT": texts,
    "SRV": st.builds(SRV, st.integers(0, 65535), st.integers(0, 65535), st.integers(0, 65535), names),
    "CAA": st.builds(
        CAA, st.sampled_from([0, 128]), st.sampled_from(["issue", "issuemail"]), st.just(b"ca.example")
    ),
    "TLSA": st.builds(
        TLSA, st.integers(2, 3), st.integers(0, 1), st.just(1), st.binary(min_size=32, max_size=32)
    ),
}


@st.composite
def record_sets(draw: Any) -> dict[tuple[str, str], tuple[Rdata, ...]]:
    found: dict[tuple[str, str], tuple[Rdata, ...]] = {}
    for owner in draw(st.lists(labels, min_size=1, max_size=5, unique=True)):
        kinds = draw(st.lists(st.sampled_from(sorted(rdata)), min_size=1, max_size=3, unique=True))
        kinds = ["CNAME"] if "CNAME" in kinds else kinds
        for kind in kinds:
            records = draw(
                st.lists(rdata[kind], min_size=1, max_size=1 if kind == "CNAME" else 3, unique=True)
            )
            found[f"{owner}.example.com", kind] = tuple(records)
    return found


def change(owner: str, rdtype: str, after: tuple[Rdata, ...], **more: Any) -> RecordChange:
    given: dict[str, Any] = {"before": (), "reason": say("because it is needed"), "phase": 1, "ttl": 3600}
    given |= more
    action = given.pop("action", Action.CREATE)
    return RecordChange(
        action, owner, rdtype, given["ttl"], given["before"], after, given["reason"], given["phase"]
    )


def plan_of(*changes: RecordChange) -> Plan:
    numbers = sorted({c.phase for c in changes}) or [1]
    phases = tuple(
        Phase(n, "authenticate", say("Publish"), None, say("at once"), say("it is there")) for n in numbers
    )
    return Plan("example.com", "2026-11-21T12:00:00Z", ("someone",), changes, phases)


def plan_with(sets: dict[tuple[str, str], tuple[Rdata, ...]]) -> Plan:
    return plan_of(*(change(owner, rdtype, records) for (owner, rdtype), records in sets.items()))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(record_sets())
def test_bind_reads_back_equal(sets: dict[tuple[str, str], tuple[Rdata, ...]]) -> None:
    """
    What the zone form writes is what a zone reader finds, whatever the texts hold.
    """
    source = ZoneFile.of(bind.render(plan_with(sets)), "example.com")

    for (owner, rdtype), records in sets.items():
        answer = source.ask(DnsQuestion(owner, rdtype))
        assert isinstance(answer, DnsAnswer)
        assert {_joined(r) for r in records} == {_joined(r) for r in answer.records}


def _joined(record: Rdata) -> Rdata:
    return TXT((b"".join(record.chunks),)) if isinstance(record, TXT) else record


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(record_sets())
def test_a_saved_plan_reads_back_equal(sets: dict[tuple[str, str], tuple[Rdata, ...]]) -> None:
    """
    JSON keeps every record, text and chunk.
    """
    plan = plan_with(sets)

    assert plan.changes == saved.loads(saved.dumps(plan)).changes


PRINTABLE = st.text(
    st.characters(min_codepoint=32, max_codepoint=126, exclude_characters='\\"'), max_size=400
)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(sets=record_sets(), text=PRINTABLE)
def test_octodns_itself_reads_back_equal(
    tmp_path_factory: pytest.TempPathFactory, sets: dict[tuple[str, str], tuple[Rdata, ...]], text: str
) -> None:
    """
    octoDNS loads the YAML, and its zone holds the planned records.
    """
    from octodns.provider.yaml import YamlProvider
    from octodns.zone import Zone

    plain = {k: v for k, v in sets.items() if k[1] != "TXT"}
    wanted = {**plain, ("t.example.com", "TXT"): (TXT.of(text.strip() or "x"), TXT.of(LONG), TXT.of(MACRO))}
    folder = tmp_path_factory.mktemp("octodns")
    (folder / "example.com.yaml").write_text(octodns.render(plan_with(wanted)), encoding="utf-8")
    zone = Zone("example.com.", [])
    YamlProvider("config", str(folder), enforce_order=False).populate(zone, lenient=True)

    found = {(r.fqdn.rstrip("."), r._type): r for r in zone.records}
    assert set(wanted) == set(found)
    values = {v.replace("\\;", ";") for v in found["t.example.com", "TXT"].values}
    assert {r.text for r in wanted["t.example.com", "TXT"] if isinstance(r, TXT)} == values
    for (owner, rdtype), records in plain.items():
        if rdtype == "MX":
            read = {(v.preference, v.exchange.rstrip(".")) for v in found[owner, rdtype].values}
            assert {(r.preference, r.exchange) for r in records if isinstance(r, MX)} == read


def test_long_texts_are_cut_at_255_octets_where_a_format_wants_it() -> None:
    """
    BIND, Route 53, Google and Cloudflare get strings of at most 255 octets which join to the whole.
    """
    plan = plan_of(change("s1._domainkey.example.com", "TXT", (TXT.of(LONG),)))
    for rendered in (
        bind.render(plan),
        json.loads(route53.render(plan))["Changes"][0]["ResourceRecordSet"]["ResourceRecords"][0]["Value"],
        json.loads(cloudflare.render(plan))["posts"][0]["content"],
    ):
        strings = re.findall(r'"([^"]*)"', rendered)

        assert all(len(s) <= 255 for s in strings)
        assert LONG == "".join(strings)


def test_spf_macros_survive_terraform() -> None:
    """
    ``%{`` and ``${`` begin templates in HCL; doubled they are what was meant.
    """
    plan = plan_of(change("example.com", "TXT", (TXT.of(MACRO),)))
    for target in terraform.TARGETS:
        text = terraform.render(plan, target=target)

        assert "%%{i}" in text
        assert "$${d}" in text
        assert not re.search(r"(?<!%)%\{|(?<!\$)\$\{", text)


@pytest.mark.parametrize("target", list(terraform.TARGETS))
def test_terraform_cuts_long_texts_as_each_service_wants(target: str) -> None:
    """
    Route 53 wants ``\\"\\"`` at the cut, Google and Cloudflare quoted strings, Azure the whole.
    """
    text = terraform.render(plan_of(change("k.example.com", "TXT", (TXT.of(LONG),))), target=target)
    cut = {"route53": '\\"\\"', "google": '\\" \\"', "cloudflare": '\\" \\"', "azurerm": LONG}[target]

    assert cut in text


def test_an_unknown_target_is_refused_with_the_known_ones() -> None:
    """
    The sentence names them.
    """
    with pytest.raises(UsageError, match="cloudflare, route53, google, azurerm"):
        terraform.render(plan_of(), target="gcp")


def test_no_placeholder_stands_in_a_zone_format() -> None:
    """
    What waits for a value is named in a comment or left out, never published.
    """
    missing = say("Missing: dkim_key of somebody (--set dkim_key=VALUE)")
    waiting = change("s1._domainkey.example.com", "TXT", (), action=Action.WAITING, reason=missing)
    plan = plan_of(change("example.com", "MX", (MX(1, "mx.example.net"),)), waiting)

    for module in (bind, octodns, dnscontrol, terraform):
        lines = [li for li in module.render(plan).splitlines() if "dkim_key" in li or "_domainkey" in li]
        assert all(li.startswith((";", "#", "//")) for li in lines), module.__name__
    for rendered in (route53.render(plan), cloudflare.render(plan)):
        assert "_domainkey" not in rendered


def test_what_goes_is_deleted_with_the_values_it_has() -> None:
    """
    Route 53 deletes only what is named exactly, with its TTL.
    """
    old = (MX(10, "old.example.net"),)
    gone = RecordChange(Action.DELETE, "example.com", "MX", 3600, old, (), say("left"), 1, ttl_before=86400)
    (change_,) = json.loads(route53.render(plan_of(gone)))["Changes"]

    assert "DELETE" == change_["Action"]
    assert 86400 == change_["ResourceRecordSet"]["TTL"]
    assert [{"Value": "10 old.example.net."}] == change_["ResourceRecordSet"]["ResourceRecords"]


def test_a_phase_can_be_rendered_by_itself() -> None:
    """
    ``--phase 1`` shows the zone as it stands after phase 1.
    """
    low = change(
        "example.com", "MX", (MX(10, "old.example.net"),), before=(MX(10, "old.example.net"),), ttl=300
    )
    new = change(
        "example.com", "MX", (MX(1, "new.example.net"),), before=(MX(10, "old.example.net"),), phase=2
    )
    plan = plan_of(low, new)

    assert "old.example.net" in bind.render(plan, 1)
    assert "new.example.net" not in bind.render(plan, 1)
    assert "new.example.net" in bind.render(plan)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(record_sets())
def test_no_text_makes_a_format_raise_or_steer_a_terminal(
    sets: dict[tuple[str, str], tuple[Rdata, ...]],
) -> None:
    """
    Whatever stands in a record, every format can be written, and holds no control character.
    """
    plan = plan_with(sets)
    for module in (table, steps, bind, octodns, dnscontrol, terraform, route53, cloudflare, csv_form):
        text = module.render(plan)

        assert not re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", text), module.__name__
    rows = list(csv.reader(io.StringIO(csv_form.render(plan))))
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row)


def test_a_zone_of_ours_is_a_zone_for_others() -> None:
    """
    dnspython, as a second reader, takes the zone form whole.
    """
    plan = plan_of(
        change("example.com", "MX", (MX(1, "mx.example.net"),)),
        change("k.example.com", "TXT", (TXT.of(HOSTILE),)),
    )
    zone = dns.zone.from_text(bind.render(plan), origin="example.com", check_origin=False)

    assert 2 == len(zone.nodes)


def test_the_formats_are_the_files_of_the_room() -> None:
    """
    The module's name is the ``--format`` word; every promised format is there.
    """
    from mailsetup.run.plan_command import RENDERERS

    room = Path(bind.__file__).parent
    assert set(RENDERERS) == {p.stem for p in room.glob("*.py") if not p.stem.startswith("_")}


def test_who_only_gained_is_not_called_lost():
    """
    A soft fail that is a pass now is nothing anybody misses.
    """
    gained = table.render(planned('example.com. TXT "v=spf1 ip4:198.51.100.1 ~all"'))

    assert "no longer softfail, for they pass now: 192.0.2.0/24" in gained
    assert "nobody loses what he had" in gained
    assert "lost softfail" not in gained
    assert 1 == gained.count("192.0.2.0/24")  # and not once more as an added pass


def test_who_gains_is_found_in_whatever_ranges_the_sets_are_told():
    """
    Two halves of a network that pass as one network now, and one half that does not.
    """
    whole = SpfProof(
        "example.com", "v=spf1 ~ip4:192.0.2.0/25 ?ip4:192.0.2.128/25 -all", "v=spf1 ip4:192.0.2.0/24 -all",
        lost={"softfail": ("192.0.2.0/25",), "neutral": ("192.0.2.128/25",)}, kept={},
        added={"pass": ("192.0.2.0/24",)},
        undecided=(), lookups_before=0, lookups_after=0, voids_after=0, size_after=60, fits=True,
    )  # fmt: skip
    part = SpfProof(
        "example.com", "v=spf1 ~ip4:192.0.2.0/24 ~all", "v=spf1 ip4:192.0.2.128/25 -all",
        lost={"softfail": ("192.0.2.0/24", "2001:db8::/64")}, kept={},
        added={"fail": ("192.0.2.0/25", "2001:db8::/64"), "pass": ("192.0.2.128/25",)},
        undecided=(), lookups_before=0, lookups_after=0, voids_after=0, size_after=60, fits=True,
    )  # fmt: skip
    told = list(table.proof_lines(part))

    assert "  no longer softfail, for they pass now: 192.0.2.0/25" in (
        lines := list(table.proof_lines(whole))
    )
    assert "  no longer neutral, for they pass now: 192.0.2.128/25" in lines
    assert "  nobody loses what he had" in lines
    assert not [line for line in lines if "added pass" in line or "lost" in line]
    assert "  no longer softfail, for they pass now: 192.0.2.128/25" in told
    assert "  lost softfail: 192.0.2.0/25, 2001:db8::/64" in told
    assert not [line for line in told if "added pass" in line or "nobody loses" in line]


def test_who_gains_from_nothing_is_an_added_pass():
    """
    Beside those who gain from a soft fail: each range is told once.
    """
    proof = SpfProof(
        "example.com", "v=spf1 -all", "v=spf1 ip4:192.0.2.0/24 ip4:198.51.100.0/24 -all",
        lost={"fail": ("192.0.2.0/24",)}, kept={}, added={"pass": ("192.0.2.0/24", "198.51.100.0/24")},
        undecided=(), lookups_before=0, lookups_after=0, voids_after=0, size_after=60, fits=True,
    )  # fmt: skip
    told = list(table.proof_lines(proof))

    assert "  no longer fail, for they pass now: 192.0.2.0/24" in told
    assert "  added pass: 198.51.100.0/24" in told


def test_a_label_that_changes_with_the_type_is_the_one_of_the_type():
    """
    The form shows one word at a time.
    """
    host = next(h for h in dns_hosts() if h.id == "cloudflare")
    text = steps.render(planned("example.com. MX 10 mail.old.net."), None, host)

    assert "Content (TXT)" not in text
    assert re.search(r"^ +Content +v=DKIM1", text, re.MULTILINE)
    assert re.search(r"^ +Mail server +smtp\.google\.com", text, re.MULTILINE)


def test_an_spf_record_is_edited_into_an_spf_record():
    """
    Whatever order a server gives the texts of one name in.
    """
    spf, proof, before = (
        TXT.of("v=spf1 a b -all"),
        TXT.of("google-site-verification=x"),
        TXT.of("v=spf1 a -all"),
    )
    change = RecordChange(
        Action.UPDATE, "example.com", "TXT", 300, (proof, spf), (before,), say("as it was"), 1, 300
    )
    step = Phase(1, "switch", say("Back"), None, say("at once"), say("it is there"))
    plan = Plan("example.com", "2026-11-22T00:00:00Z", (), (change,), phases=(step,))
    shown = " ".join(steps.render(plan).split())

    assert "now reads: v=spf1 a b -all so that it becomes:" in shown
    assert "Delete the record: Type TXT Name @ Value google-site-verification=x" in shown


def test_one_record_stays_and_two_stay():
    """
    The verb follows the number.
    """
    one = table.render(planned('example.com. TXT "v=spf1 -all"'))

    assert "(1 other record of this name and type stays)" in one


def test_mail_hosts_stand_in_the_same_order_however_the_server_turns_them():
    """
    By preference, then by name.
    """
    one = "example.com. MX 10 b.oldhost.net.\nexample.com. MX 10 a.oldhost.net.\n"
    other = "example.com. MX 10 a.oldhost.net.\nexample.com. MX 10 b.oldhost.net.\n"

    assert table.render(planned(one)) == table.render(planned(other))


def test_new_mail_hosts_are_entered_before_the_old_ones_are_deleted():
    """
    A panel that saves each row would leave the domain without MX in between, and mail would go to its website.
    """
    plan = planned("example.com. MX 10 mail.oldhost.net.\nexample.com. A 192.0.2.80")
    shown = " ".join(steps.render(plan).split())
    old, new = (
        "Delete the record: Type MX Name @ Value mail.oldhost.net",
        "Add a record: Type MX Name @ Value smtp.google",
    )

    assert 0 < shown.index(new) < shown.index(old)


@pytest.mark.parametrize("options", [{"no_mail": True}, {}])
def test_a_null_mx_never_stands_beside_another(options):
    """
    It says that there is no mail host (RFC 7505 section 3): what it replaces, or what replaces it, comes alone.
    """
    null = "" if options else "example.com. MX 0 ."
    plan = planned(null or "example.com. MX 10 mail.oldhost.net.", **options)
    shown = " ".join(steps.render(plan).split())

    assert 0 < shown.index("Delete the record: Type MX") < shown.index("Add a record: Type MX")


def test_what_must_be_true_first_is_not_said_as_if_it_were_true():
    """
    "Phase 3 is closed" alone reads as news; before it stands that it comes first.
    """
    plan = planned('_dmarc.example.com. TXT "v=DMARC1; p=reject"')
    shown = steps.render(plan)

    assert "First: DKIM of the new provider verifies" in shown
    assert not [line for line in shown.splitlines() if line.startswith("! ")]


def test_a_record_set_is_called_kept_once_and_only_while_no_phase_changes_it():
    """
    A proof and an SPF record of one name are one set; one that the last phase shortens is not kept.
    """
    zone = """
        example.com. MX 1 smtp.google.com.
        example.com. TXT "v=spf1 include:_spf.google.com include:servers.mcsv.net -all"
    """
    leaving = table.render(planned(zone, provider="", leave=("mailchimp",)))
    done = table.render(planned(f'{zone} \n example.com. TXT "{TOKEN}"'))

    assert "= example.com. TXT" not in leaving
    assert 1 == done.count("= example.com. TXT")


@pytest.mark.parametrize("language", ["en", "ru"])
def test_no_line_but_a_value_is_wider_than_a_terminal(language):
    """
    Headings and places of files fold as sentences do; what is to be copied stays whole.
    """
    zone = '_dmarc.example.com. TXT "v=DMARC1; p=reject"'
    use(language)
    try:
        plan = planned(
            zone, mta_sts=True, mta_sts_host="pages.example.net", tls_reports_to=("t@example.com",)
        )
        lines = [*table.render(plan).splitlines(), *steps.render(plan).splitlines()]
    finally:
        use("en")

    assert not [line for line in lines if len(line) > 80 and not re.search(r"[a-z]=\w", line)]
