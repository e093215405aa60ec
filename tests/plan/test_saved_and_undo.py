"""A saved plan comes back as it was, and can be taken back."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from mailsetup.forms.encoder import pretty
from mailsetup.model.dns import TXT, present, quoted
from mailsetup.model.errors import InputError
from mailsetup.model.plan import Action
from mailsetup.planning.enforcement import step_changes, text_of
from mailsetup.planning.phases import moment
from mailsetup.planning.saved import document, dumps, loads, parse
from mailsetup.planning.state import records_after
from mailsetup.planning.undo import undo
from mailsetup.planning.verify import verification
from tests.plan.planning import KEY, MICROSOFT, PROVIDERS, after, change, notes, planned
from tests.zones import AS_OF, world

BEFORE = """
    example.com. 3600 MX 10 mail.oldhost.net.
    example.com. 7200 TXT "v=spf1 include:_spf.oldhost.net -all"
    example.com. 7200 TXT "quote \\" and \\\\ and \\195\\188" "chunked"
    _spf.oldhost.net. TXT "v=spf1 ip4:198.51.100.0/24 -all"
"""


def undone(plan, text):
    """The way back from a plan in a world."""
    return world(text + PROVIDERS).read(undo(plan, AS_OF))


def published(plan, text, upto=None):
    """The world after a plan's phases, as a fragment."""
    sets = records_after(plan, upto)
    owners = {(o, t) for o, t in sets}
    kept = [
        line
        for line in text.splitlines()
        if not any(line.strip().startswith(f"{o}. ") and f" {t} " in line for o, t in owners)
    ]
    for (owner, rdtype), records in sets.items():
        for r in records:
            data = " ".join(map(quoted, r.chunks)) if isinstance(r, TXT) else present(r, rdtype)
            kept.append(f"{owner}. {rdtype} {data}")
    return "\n".join(kept)


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"settings": {}},
        {"time_zone": "Asia/Kolkata", "dmarc_goal": "reject", "reports_to": ("d@example.com",)},
        {"provider": "microsoft-365", "settings": MICROSOFT, "leave": ("google-workspace",)},
        {"no_mail": True},
        {"mta_sts": True, "mta_sts_host": "pages.example.net"},
    ],
)
def test_a_plan_is_saved_without_loss(options):
    """
    Read back it is equal, chunks, templates and proof included.
    """
    plan = planned(BEFORE, **options)

    assert plan == loads(dumps(plan))


def test_the_document_has_the_promised_shape():
    """
    Records are presentation form, reasons plain sentences.
    """
    data = document(planned(BEFORE))
    one = next(c for c in data["changes"] if c["rdtype"] == "MX" and c["purpose"] == "mx")

    assert {"action", "owner", "rdtype", "ttl", "before", "after", "reason", "phase"} <= set(one)
    assert (["10 mail.oldhost.net."], ["1 smtp.google.com."]) == (one["before"], one["after"])
    assert isinstance(one["reason"], str)
    assert {"schema", "domain", "changes", "spf_proof", "phases", "predicted", "notes"} <= set(data)


def test_the_split_of_a_long_text_stands_in_chunks_beside_it():
    """
    ``chunks`` gives the lengths of the strings of ``before``, ``after`` and ``needed``, only where one has several.
    """
    key = TXT((b"v=DKIM1; p=" + b"A" * 100, b"B" * 200))
    plan = planned(BEFORE)
    long = replace(plan.changes[0], rdtype="TXT", before=(), after=(key,), needed=(key,))
    cut, plain = document(replace(plan, changes=(long, replace(long, after=(), needed=None))))["changes"]

    assert {"after": [[111, 200]], "needed": [[111, 200]]} == cut["chunks"]
    assert "chunks" not in plain
    assert not [key for key in cut if key.endswith("_chunks")]


def test_the_document_fits_its_schema():
    """
    The JSON Schema in the package describes it.
    """
    from importlib.resources import files

    import jsonschema

    schema = json.loads((files("mailsetup") / "schemas" / "plan.json").read_text(encoding="utf-8"))
    for options in ({}, {"no_mail": True}, {"settings": {}}):
        jsonschema.validate(
            json.loads(dumps(planned(BEFORE, **options))), schema, jsonschema.Draft202012Validator
        )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        '{"schema": "mailsetup/audit/1"}',
        '{"schema": "mailsetup/planning/9"}',
        '{"schema": "mailsetup/plan/1"}',
    ],
)
def test_a_file_that_is_no_plan_is_named(text):
    """
    One sentence with the file's name.
    """
    with pytest.raises(InputError, match=r"moved\.json"):
        loads(text, "moved.json")


def test_no_mangled_plan_makes_reading_raise_anything_else():
    """
    Every key in turn replaced by nonsense.
    """
    data = json.loads(dumps(planned(BEFORE)))
    for key in data:
        for nonsense in (None, 7, "x", [1], {"a": 1}):
            try:
                loads(json.dumps({**data, key: nonsense}))
            except InputError:
                continue


def test_a_plan_carried_out_is_taken_back_whole():
    """
    Every set is as it was; what the plan created is gone.
    """
    plan = planned(BEFORE)
    way = undone(plan, published(plan, BEFORE))

    assert () == way.refused
    assert ["10 mail.oldhost.net."] == after(change(way.plan, "example.com", "MX"))
    assert Action.DELETE is change(way.plan, "google._domainkey.example.com", "TXT").action
    assert '"v=spf1 include:_spf.oldhost.net -all"' in after(change(way.plan, "example.com", "TXT"))


def test_the_mx_are_taken_back_before_the_keys():
    """
    Last done, first undone.
    """
    plan = planned(BEFORE)
    way = undone(plan, published(plan, BEFORE)).plan

    assert change(way, "example.com", "MX").phase < change(way, "google._domainkey.example.com", "TXT").phase


def test_a_plan_never_begun_needs_no_way_back():
    """
    Nothing was published, nothing changes.
    """
    way = undone(planned(BEFORE), BEFORE)

    assert ((), ()) == (way.plan.changes, way.refused)


def test_what_was_changed_since_is_refused_by_name():
    """
    The rest is taken back all the same.
    """
    plan = planned(BEFORE)
    now = published(plan, BEFORE).replace("1 smtp.google.com.", "5 mx.third.net.")
    way = undone(plan, now)

    assert ("example.com MX",) == way.refused
    assert "mx.third.net" in notes(way.plan)
    assert Action.DELETE is change(way.plan, "google._domainkey.example.com", "TXT").action


def test_texts_that_others_added_since_stay():
    """
    Only ours go out.
    """
    plan = planned(BEFORE)
    way = undone(plan, published(plan, BEFORE) + '\nexample.com. TXT "added-later"').plan

    assert '"added-later"' in after(change(way, "example.com", "TXT"))


def test_what_cannot_be_read_is_not_taken_back():
    """
    Refused like a change, with its reason.
    """
    plan = planned(BEFORE)
    text = "\n".join(line for line in published(plan, BEFORE).splitlines() if " MX " not in line)
    way = undone(plan, text + "\nexample.com. TIMEOUT MX")

    assert ("example.com MX",) == way.refused


def test_the_way_back_can_be_saved_too():
    """
    It is a plan like any other.
    """
    plan = planned(BEFORE)
    way = undone(plan, published(plan, BEFORE)).plan

    assert way == loads(dumps(way))
    assert KEY[:40] in dumps(way)


def test_keys_that_only_go_are_withdrawn_a_week_after_the_rest():
    """
    Letters that the new provider signed are still on their way when the switch is taken back.
    """
    plan = planned(BEFORE)
    back = undone(plan, published(plan, BEFORE)).plan
    last = back.phases[-1]
    key = change(back, f"google._domainkey.{back.domain}", "TXT")

    assert key.phase == last.number
    assert last.id == "retire"
    rest = [p for p in back.phases if p.number < last.number]
    waited = moment(last.earliest) - moment(rest[-1].earliest)
    assert timedelta(days=7) <= waited


@pytest.mark.parametrize(
    "policy", ["", '_dmarc.example.com. TXT "v=DMARC1; p=none; rua=mailto:d@example.com"']
)
def test_enforcement_that_the_plan_asked_for_is_taken_back(policy):
    """
    The record of the phase "enforce" stands there, published from its sentence; it does not outlive the move.
    """
    text = BEFORE + policy
    plan = loads(dumps(planned(text)))
    steps = step_changes(plan).named
    there = "\n".join(
        f'{o}. TXT "{text_of(steps[0].after)}"' if o == "_dmarc.example.com" else line
        for line in published(plan, text).splitlines()
        for o in [line.split(". ")[0].strip()]
    )
    back = undone(plan, there)

    assert "p=quarantine" in there
    assert () == back.refused
    assert steps[0].phase == next(p for p in plan.phases if p.id == "enforce").number
    assert ([policy.split('"')[1]] if policy else []) == [
        r.text for r in change(back.plan, "_dmarc.example.com", "TXT").after
    ]


@pytest.mark.parametrize("policy", ["", '_dmarc.example.com. TXT "v=DMARC1; p=none"'])
def test_a_stricter_policy_than_the_plan_knows_is_refused_by_name(policy):
    """
    With the record that relaxes it.
    """
    text = BEFORE + policy
    plan = planned(text)
    strict = "v=DMARC1; p=reject; adkim=s; rua=mailto:boss@example.com"
    there = "\n".join(
        f'_dmarc.example.com. TXT "{strict}"' if "_dmarc.example.com. " in line else line
        for line in published(plan, text).splitlines()
    )
    back = undone(plan, there)

    assert ("_dmarc.example.com TXT",) == back.refused
    assert "p=reject" in notes(back.plan)
    assert 'publish "v=DMARC1; p=none"' in notes(back.plan)


@pytest.mark.parametrize(
    ("old", "new"),
    [("p=none", "p=none; rua=mailto:boss@example.com"), ("v=spf1 include:_spf.google.com", "v=spf1 mx a")],
)
def test_a_record_of_ours_that_somebody_rewrote_is_refused_by_name(old, new):
    """
    Where none stood before the plan, too.
    """
    text = "example.com. 3600 MX 10 mail.oldhost.net."
    plan = planned(text)
    there = published(plan, text)
    back = undone(plan, there.replace(old, new))

    assert old in there
    assert 1 == len(back.refused)
    assert "was changed since" in notes(back.plan)


def test_what_a_way_back_puts_up_again_waits_for_the_negative_ttl():
    """
    A key that was withdrawn is remembered as absent: the old provider gets the mail again once caches forgot it.
    """
    before = f"""
        example.com. SOA ns1.dns.test. h.example.com. 1 7200 3600 1209600 1800
        example.com. 300 MX 1 smtp.google.com.
        google._domainkey.example.com. TXT "v=DKIM1; k=rsa; p={KEY[:200]}" "{KEY[200:]}"
    """
    plan = planned(before, provider="microsoft-365", settings=MICROSOFT, leave=("google-workspace",))
    way = undone(plan, published(plan, before))
    again = change(way.plan, "google._domainkey.example.com", "TXT")
    switched = change(way.plan, "example.com", "MX")
    earliest = {p.number: moment(p.earliest) for p in way.plan.phases}

    assert (Action.CREATE, 1) == (again.action, again.phase)
    assert earliest[switched.phase] >= moment(AS_OF) + timedelta(seconds=1800)


def places(value, path=()):
    """Every place in a document, as a path of keys."""
    if path:
        yield path
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in inside:
        yield from places(inner, (*path, key))


def put(document_, path, value):
    """A copy of a document with another value at one place."""
    copy = json.loads(json.dumps(document_))
    inner = copy
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    return copy


@pytest.mark.parametrize(
    "nonsense", [float("inf"), 2**70, -1, True, [1], "9999-12-31T23:59:59Z", "x"], ids=str
)
def test_no_value_deep_inside_a_plan_makes_anything_raise_later(nonsense):
    """
    What can be read can be verified, taken back and shown.
    """
    data = json.loads(dumps(planned(BEFORE)))
    there = world(BEFORE + PROVIDERS)
    for path in places({"changes": data["changes"][:3], "phases": data["phases"][:2]}):
        try:
            plan = loads(json.dumps(put(data, path, nonsense)))
        except InputError:
            continue
        there.read(verification(plan, now=AS_OF))
        pretty({"phases": [p.number for p in plan.phases], "changes": [c.phase for c in plan.changes]})
        dumps(there.read(undo(plan, AS_OF)).plan)


def test_a_proof_of_what_is_no_range_is_refused():
    """
    Who is told to pass is reckoned with when the proof is shown.
    """
    data = json.loads(dumps(planned(BEFORE)))
    data["spf_proof"]["lost"] = {"fail": ["192.0.2.0/33"]}

    with pytest.raises(InputError, match="the saved plan cannot be read"):
        loads(json.dumps(data))


def test_times_of_other_zones_are_compared_as_times():
    """
    A plan's file that another tool wrote anew may have them with an offset.
    """
    data = json.loads(dumps(planned(BEFORE)))
    data["phases"][0]["earliest"] = "2026-11-21T14:00:00+02:00"

    assert "2026-11-21T12:00:00Z" == loads(json.dumps(data)).phases[0].earliest


def test_a_phase_that_was_never_done_does_not_set_the_order_of_the_way_back():
    """
    Before the old provider is retired, the MX go back first: until then letters leave through the new provider.
    """
    plan = planned(
        BEFORE.replace("10 mail.oldhost.net.", "0 example-com.mail.protection.outlook.com.").replace(
            "include:_spf.oldhost.net", "include:spf.protection.outlook.com"
        ),
        leave=("microsoft-365",),
    )
    number = {p.id: p.number for p in plan.phases}
    now = published(plan, BEFORE, upto=number["switch"])
    way = undone(plan, now).plan

    assert number["retire"] == change_of_phase(plan, number["retire"]).phase
    assert change(way, "example.com", "MX").phase < change(way, "example.com", "TXT").phase
    assert [f"Take back phase {number['switch']}", f"Take back phase {number['authenticate']}"] == [
        str(p.title) for p in way.phases[:2]
    ]


def change_of_phase(plan, number):
    """The change of the domain's texts in a phase."""
    return next(c for c in plan.changes if (c.phase, c.owner, c.rdtype) == (number, "example.com", "TXT"))


@pytest.mark.parametrize(
    "faulty",
    [
        'example.com. TXT "v=spf1 a mx ~all"\nexample.com. TXT "v=spf1 ip4:198.51.100.9 -all"',
        'example.com. TXT "v=spf1 ip4:300.1.1.1 ip:1.2.3.4 ~al"',
        '_dmarc.example.com. TXT "v=DMARC1; p=none"\n_dmarc.example.com. TXT "v=DMARC1; p=reject"',
        'google._domainkey.example.com. TXT "v=DKIM1; p="',
    ],
)
def test_what_was_broken_before_the_plan_is_right_when_it_stands_there_again(faulty):
    """
    The way back promises the records of before, faults included; a text that somebody added since is no matter.
    """
    text = "example.com. 300 MX 10 mail.oldhost.net.\n" + faulty
    plan = planned(text)
    back = undone(plan, published(plan, text)).plan
    there = world(f'{text}\nexample.com. TXT "added=since"' + PROVIDERS).read(verification(back, "all"))

    assert not [(i.change.owner, i.message) for i in there.items if i.status != "right"]


def test_a_third_spf_record_is_not_what_stood_there_before():
    """
    One that nobody had before keeps the way back open.
    """
    text = 'example.com. TXT "v=spf1 a ~all"\nexample.com. TXT "v=spf1 mx -all"'
    plan = planned(text)
    back = undone(plan, published(plan, text)).plan
    there = world(f'{text}\nexample.com. TXT "v=spf1 ptr -all"' + PROVIDERS).read(verification(back, "all"))

    assert ["wrong"] == [i.status for i in there.items if i.change.purpose == "spf"]


LEFT = f"""
    example.com. 300 MX 1 smtp.google.com.
    example.com. TXT "v=spf1 include:_spf.google.com ip4:198.51.100.9 -all"
    google._domainkey.example.com. TXT "v=DKIM1; k=rsa; p={KEY[:200]}" "{KEY[200:]}"
"""


def left(**options):
    """A move from Google to Microsoft that ends with the removal of the old provider."""
    return planned(LEFT, provider="microsoft-365", settings=MICROSOFT, leave=("google-workspace",), **options)


def spf_texts(records):
    """The SPF records among some texts."""
    return [r.text for r in records if r.text.startswith("v=spf1")]


def test_the_new_provider_may_send_until_the_mail_is_back():
    """
    After the last phase the way back lets both send first, and takes the new one out when the MX are the old ones.
    """
    plan = left()
    back = undone(plan, published(plan, LEFT)).plan
    steps = [c for c in back.changes if (c.owner, c.rdtype) == ("example.com", "TXT")]
    mx = change(back, "example.com", "MX", "mx").phase

    assert [
        ["v=spf1 include:_spf.google.com ip4:198.51.100.9 include:spf.protection.outlook.com -all"],
        ["v=spf1 include:_spf.google.com ip4:198.51.100.9 -all"],
    ] == [spf_texts(c.after) for c in steps]
    assert steps[0].phase < mx < steps[1].phase
    assert steps[0].after == steps[1].before


def test_each_step_of_such_a_way_back_is_right_when_it_is_done_and_not_before():
    plan = left()
    text = published(plan, LEFT)
    back = undone(plan, text).plan

    for phase in back.phases:
        assert 0 != world(text + PROVIDERS).read(verification(back, phase.number)).exit_code
        text = published(back, text, phase.number)
        assert 0 == world(text + PROVIDERS).read(verification(back, phase.number)).exit_code
    assert 0 == world(text + PROVIDERS).read(verification(back, "all")).exit_code


@pytest.mark.parametrize("options", [{}, {"leave": ()}])
def test_an_spf_record_of_ours_that_somebody_extended_is_refused_by_name(options):
    """
    The proof beside it would go out alone, and nobody would say that the record of before is not back.
    """
    plan = planned(
        LEFT,
        **{"provider": "microsoft-365", "settings": MICROSOFT, "leave": ("google-workspace",), **options},
    )
    there = published(plan, LEFT).replace("ip4:198.51.100.9", "ip4:198.51.100.9 include:new.example.net")
    result = undone(plan, there)

    assert ("example.com TXT",) == result.refused
    assert "include:new.example.net" in notes(result.plan)


def test_an_spf_record_that_somebody_extended_before_we_touched_it_is_no_reason_to_refuse():
    """
    Only the proof of ownership was published; it goes, and the record of others stays.
    """
    plan = left()
    prove = next(p.number for p in plan.phases if p.id == "prove")
    there = published(plan, LEFT, prove).replace(
        "ip4:198.51.100.9", "ip4:198.51.100.9 include:new.example.net"
    )
    result = undone(plan, there)

    assert () == result.refused
    assert ["v=spf1 include:_spf.google.com ip4:198.51.100.9 include:new.example.net -all"] == spf_texts(
        change(result.plan, "example.com", "TXT").after
    )


@pytest.mark.parametrize("key, value", [("changes", 1), ("phases", [[]]), ("providers", None), ("notes", 3)])
def test_a_damaged_plan_is_refused_in_words_of_ours(key, value):
    """No word of Python's, whatever the value is."""
    made = {"schema": "mailsetup/plan/1", "domain": "example.com", "as_of": "2026-11-21T20:00:00Z",
                "providers": [], "changes": [], "phases": [], "notes": [], key: value}  # fmt: skip

    with pytest.raises(InputError, match=r"the saved plan cannot be read: a value is not of the kind"):
        parse(made)
