"""Snapshots are read back as they were written; whatever is broken is named."""

import copy
import json
import re
from importlib.resources import files

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from mailsetup.edge.recorded import (
    Recorded,
    read_snapshot,
    read_snapshots,
    snapshot_file_name,
    write_snapshot,
)
from mailsetup.edge.snapshot_json import parse_snapshots, snapshot_text
from mailsetup.model.case import Case
from mailsetup.model.dns import (
    CAA,
    DNSKEY,
    DS,
    MX,
    SOA,
    SRV,
    TLSA,
    TXT,
    UNASKED,
    DnsAnswer,
    DnsQuestion,
    DnssecAnswer,
    DnssecQuestion,
    DnssecStatus,
    Opaque,
    Outcome,
    SmtpAnswer,
    SmtpQuestion,
    WebAnswer,
    WebQuestion,
)
from mailsetup.model.errors import InputError
from mailsetup.model.language import speak
from mailsetup.model.snapshot import Snapshot
from mailsetup.run.audit import AuditSettings, as_recorded, report_on, scope_for
from mailsetup.run.language import use

SCHEMA = Draft202012Validator(
    json.loads(files("mailsetup").joinpath("schemas", "snapshot.json").read_text(encoding="utf-8"))
)
NAMES = st.from_regex(r"\A([a-z0-9_-]{1,8}(\\\.|\\032|\.)?){0,4}[a-z]\Z") | st.just("")
NUMBERS = st.integers(0, 65535)
OCTETS = st.binary(max_size=255)
RECORDS = {
    "A": st.just("192.0.2.1"),
    "CNAME": NAMES,
    "MX": st.builds(MX, NUMBERS, NAMES),
    "TXT": st.lists(OCTETS, min_size=1, max_size=4).map(lambda c: TXT(tuple(c))),
    "SOA": st.builds(SOA, NAMES, NAMES, NUMBERS, NUMBERS, NUMBERS, NUMBERS, NUMBERS),
    "SRV": st.builds(SRV, NUMBERS, NUMBERS, NUMBERS, NAMES),
    "CAA": st.builds(CAA, st.integers(0, 255), st.text(max_size=9), OCTETS),
    "TLSA": st.builds(TLSA, st.integers(0, 255), st.integers(0, 255), st.integers(0, 255), OCTETS),
    "DS": st.builds(DS, NUMBERS, st.integers(0, 255), st.integers(0, 255), OCTETS),
    "DNSKEY": st.builds(DNSKEY, NUMBERS, st.integers(0, 255), st.integers(0, 255), OCTETS),
    "HTTPS": st.builds(Opaque, st.text(max_size=20)),
}
ODD = st.one_of(
    *(records for rdtype, records in RECORDS.items() if rdtype != "CNAME")
)  # a name is no address


@st.composite
def dns_answers(draw):
    rdtype = draw(st.sampled_from(sorted(RECORDS)))
    records = draw(st.lists(RECORDS[rdtype] | ODD, max_size=4))
    question = DnsQuestion(draw(NAMES), rdtype, draw(st.sampled_from(["", "192.0.2.1", "[2001:db8::1]:53"])))
    return question, DnsAnswer(
        draw(st.sampled_from(Outcome)),
        tuple(records),
        tuple(draw(st.lists(NAMES, max_size=3))),
        draw(st.none() | st.integers(0, 2**31)),
        draw(st.booleans()),
        draw(st.text(max_size=9)),
        draw(st.text(max_size=9)),
        draw(NAMES),
    )


WEB = st.tuples(
    st.builds(WebQuestion, st.just("https://mta-sts.example.com/") | st.text(max_size=9)),
    st.builds(
        WebAnswer,
        st.sampled_from(Outcome),
        st.integers(0, 599),
        st.lists(st.tuples(st.text(max_size=5), st.text(max_size=5)), max_size=2).map(tuple),
        st.binary(max_size=40),
        st.booleans(),
        st.text(max_size=5),
        st.text(max_size=5),
    ),
)
SMTP = st.tuples(
    st.builds(SmtpQuestion, NAMES, NUMBERS),
    st.builds(
        SmtpAnswer,
        st.sampled_from(Outcome),
        st.text(max_size=9),
        st.lists(st.text(max_size=5), max_size=2).map(tuple),
        st.booleans(),
        st.text(max_size=5),
        st.lists(st.binary(max_size=20), max_size=2).map(tuple),
        st.text(max_size=5),
        st.text(max_size=5),
    ),
)
DNSSEC = st.tuples(
    st.builds(DnssecQuestion, NAMES, st.sampled_from(["MX", "TLSA"])),
    st.builds(
        DnssecAnswer,
        st.sampled_from(Outcome),
        st.none() | st.sampled_from(DnssecStatus),
        NAMES,
        st.text(max_size=5),
        st.text(max_size=5),
    ),
)
SNAPSHOTS = st.builds(
    Snapshot,
    st.just("example.com"),
    st.just("2026-11-21T20:00:00Z"),
    st.lists(dns_answers() | WEB | SMTP | DNSSEC, max_size=8).map(dict),
    st.text(max_size=9),
    st.just({"selectors": ["s1"]}),
)


def world(*pairs, domain="example.com", as_of="2026-11-21T20:00:00Z"):
    return Snapshot(domain, as_of, dict(pairs))


@settings(max_examples=60, deadline=None)
@given(SNAPSHOTS)
def test_what_was_written_is_read_back(snapshot):
    """Every answer survives, whatever octets or types it holds."""
    text = snapshot_text(snapshot)

    (back,) = parse_snapshots(text, "x")

    assert snapshot == back
    SCHEMA.validate(json.loads(text))
    assert text == snapshot_text(back)


@settings(max_examples=60, deadline=None)
@given(SNAPSHOTS)
def test_the_order_of_asking_does_not_show(snapshot):
    """The same answers give the same text, so that snapshots can be compared."""
    turned = Snapshot(
        snapshot.domain,
        snapshot.as_of,
        dict(reversed(snapshot.answers.items())),
        snapshot.origin,
        snapshot.scope,
    )

    assert snapshot_text(snapshot) == snapshot_text(turned)


def test_records_stand_in_presentation_form():
    """A person can read a snapshot; the cut of a TXT record shows only where it is unusual."""
    long = TXT.of("v=DKIM1; p=" + "A" * 400)
    answer = DnsAnswer(Outcome.FOUND, (TXT((b"v=spf1 ", b"-all")), long), ttl=60)

    row = json.loads(snapshot_text(world((DnsQuestion("example.com", "TXT"), answer))))["answers"][0]

    assert ['"v=spf1 -all"', f'"{long.text}"'] == row["records"]
    assert row["chunks"] == [["v=spf1 ", "-all"], None]


def test_a_file_holds_one_domain_or_several(tmp_path):
    """One document, a list of them, or one a line."""
    one, two = world(domain="a.example"), world(domain="b.example")
    (tmp_path / "lines.json").write_text(
        "".join(json.dumps(json.loads(snapshot_text(s))) + "\n" for s in (one, two)), encoding="utf-8"
    )

    assert one == read_snapshot(write_snapshot(tmp_path / "one.json", one))
    assert [one, two] == read_snapshots(write_snapshot(tmp_path / "two.json", [one, two]))
    SCHEMA.validate(json.loads((tmp_path / "two.json").read_text(encoding="utf-8")))
    assert [one, two] == read_snapshots(tmp_path / "lines.json")


def test_a_folder_answers_with_the_latest(tmp_path):
    """Of two recordings of one answer the later counts; what nobody recorded is unasked."""
    question = DnsQuestion("example.com", "MX")
    old = DnsAnswer(Outcome.FOUND, (MX(10, "old.example"),))
    new = DnsAnswer(Outcome.FOUND, (MX(10, "new.example"),))
    write_snapshot(tmp_path, world((question, new), as_of="2026-11-02T00:00:00Z"))
    write_snapshot(tmp_path / "old.json", world((question, old), as_of="2026-11-01T00:00:00Z"))

    source = Recorded(tmp_path)

    assert new == source.ask(question)
    assert source.ask(DnsQuestion("example.com", "A")) == UNASKED
    assert source.ask(WebQuestion("https://example.com/")).outcome == Outcome.UNASKED
    assert source.as_of == "2026-11-01T00:00:00Z"


def test_file_names_are_safe_everywhere():
    """A domain may be called like a device of Windows or hold any octet."""
    assert snapshot_file_name("example.com") == "example.com.json"
    assert snapshot_file_name("con.example") == "%63on.example.json"
    assert snapshot_file_name("a/b.example") == "a%2fb.example.json"


@pytest.mark.parametrize(
    "change, wanted",
    [
        (lambda t: t[: len(t) // 2], "cut short"),
        (lambda t: t[:-3], "cut short"),
        (lambda t: "", "cut short"),
        (lambda t: t.replace('"answers"', '"answer"'), '"answers"'),
        (lambda t: t.replace("snapshot/1", "snapshot/9"), "snapshot/9"),
        (lambda t: t.replace('"found"', '"fond"'), "answers[0]"),
        (lambda t: t.replace("10 mx.example.", "10 mx.example"), "answers[0]"),
        (lambda t: t.replace(',\n  "answers"', '\n  "answers"'), "line 8, column 3"),
        (lambda t: t.replace("20:00:00Z", "20:00:00"), "zone"),
        (lambda t: t.replace("2026-11-21T20:00:00Z", "today"), "as_of"),
        (lambda t: "[" * 100_000, "nested"),
        (lambda t: "null", "not a snapshot"),
        (lambda t: "[]", "not a snapshot"),
        (lambda t: t.replace('"scope": {}', '"scope": 1'), "scope"),
        (lambda t: t.replace('"ttl": 60', '"ttl": "x"'), "ttl"),
    ],
)
def test_a_broken_snapshot_is_named(tmp_path, change, wanted):
    """File, and line or key, in one sentence."""
    whole = snapshot_text(
        world((DnsQuestion("example.com", "MX"), DnsAnswer(Outcome.FOUND, (MX(10, "mx.example"),), ttl=60)))
    )
    broken = tmp_path / "broken.json"
    broken.write_text(change(whole), encoding="utf-8")

    with pytest.raises(InputError) as caught:
        Recorded(broken)

    assert str(broken) in str(caught.value)
    assert wanted in str(caught.value)
    assert "\n" not in str(caught.value)


WHOLE = json.loads(
    snapshot_text(
        world(
            (DnsQuestion("example.com", "MX"), DnsAnswer(Outcome.FOUND, (MX(10, "mx.example.com"),), ttl=60)),
            (DnsQuestion("mx.example.com", "A"), DnsAnswer(Outcome.FOUND, ("192.0.2.1",), server="x")),
            (DnsQuestion("example.com", "TXT"), DnsAnswer(Outcome.FOUND, (TXT((b"v=spf1 ", b"-all")),))),
            (DnsQuestion("_dmarc.example.com", "TXT"), DnsAnswer(Outcome.NO_NAME, zone="example.com", ttl=9)),
            (DnsQuestion("www.example.com", "A"), DnsAnswer(Outcome.FOUND, ("192.0.2.2",), ("example.net",))),
            (
                DnsQuestion("example.com", "SOA"),
                DnsAnswer(Outcome.FOUND, (SOA("a.b", "c.d", 1, 2, 3, 4, 5),)),
            ),
            (DnsQuestion("example.com", "CAA"), DnsAnswer(Outcome.FOUND, (CAA(0, "issue", b"ca"),))),
            (
                DnsQuestion("_25._tcp.mx.example.com", "TLSA"),
                DnsAnswer(Outcome.FOUND, (TLSA(3, 1, 1, b"x"),)),
            ),
            (DnsQuestion("example.com", "DS"), DnsAnswer(Outcome.FOUND, (Opaque("odd"),))),
            (
                WebQuestion("https://mta-sts.example.com/.well-known/mta-sts.txt"),
                WebAnswer(Outcome.FOUND, 200, (("content-type", "text/plain"),), b"\xff"),
            ),
            (
                SmtpQuestion("mx.example.com", 25),
                SmtpAnswer(Outcome.FOUND, "220", ("STARTTLS",), True, "TLSv1.3", (b"der",)),
            ),
            (
                DnssecQuestion("example.com", "MX"),
                DnssecAnswer(Outcome.FOUND, DnssecStatus.SECURE, "example.com"),
            ),
        )
    )
)
VALUES = st.sampled_from(
    [None, True, False, 0, -1, 10**30, 1.5, float("nan"), "", "x", "\ud800", "\\", "\\999", '"', "a b c d", "10 .",
     "\u00e9", "9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00+23:59", [], [[]], [None], ["x"], {}, {"kind": "MX"},
     {"kind": "MX", "fields": ["x", 1]}, {"kind": "str", "fields": [["x"]]}, {"kind": [], "fields": []},
     {"kind": "TXT", "fields": ["x"]}, {"kind": "A", "fields": {}}, {"hex": "x"}]
)  # fmt: skip


def places(found):
    """Every place in a document, as the container and the key in it."""
    inside = found.items() if isinstance(found, dict) else enumerate(found) if isinstance(found, list) else ()
    for key, value in inside:
        yield found, key
        yield from places(value)


@settings(max_examples=400, deadline=None)
@given(st.data())
def test_a_snapshot_with_a_value_of_another_kind_is_refused_in_a_sentence_or_judged(tmp_path_factory, data):
    """File and place in our own words, in either language; what is accepted is whole enough to be judged and written."""
    document = json.loads(json.dumps(WHOLE))
    for _ in range(data.draw(st.integers(1, 2))):
        found = list(places(document))
        container, key = found[data.draw(st.integers(0, 10_000)) % len(found)]
        if isinstance(container, dict) and data.draw(st.integers(0, 5)) == 0:
            del container[key]
        else:
            container[key] = copy.deepcopy(data.draw(VALUES))
    path = tmp_path_factory.mktemp("any") / "x.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    try:
        snapshots = Recorded(path).snapshots.values()
    except InputError as fault:
        use("ru")
        said = str(fault).removeprefix(str(path))
        speak(None)
        assert said != str(fault)
        assert said.isprintable()
        words = re.sub(
            r"answers\[\d+\]|«.*?»|: .* — не запись .*|слов: .*| — .*, ожидалось|true|false|records", "", said
        )
        assert not re.search("[a-z]{4,}", words), said
        return
    for snapshot in snapshots:
        assert parse_snapshots(snapshot_text(snapshot), "again") == [snapshot]
        settings_ = as_recorded(AuditSettings(), snapshot.scope)
        report = report_on(Case(scope_for(snapshot.domain, settings_), snapshot), settings_)
        assert [v.check for v in report.verdicts if v.status == "crashed"] == []


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=60) | st.text(max_size=60).map(lambda t: t.encode("utf-8", "replace")))
def test_no_octets_make_the_reader_raise_anything_else(tmp_path_factory, data):
    """A file that is no snapshot is refused in a sentence."""
    path = tmp_path_factory.mktemp("any") / "x.json"
    path.write_bytes(data)

    with pytest.raises(InputError):
        read_snapshots(path)


def test_an_unwritable_place_is_named(tmp_path):
    """Nothing is left behind where a snapshot could not be written."""
    with pytest.raises(InputError):
        write_snapshot(tmp_path / "no" / "such" / "folder.json", world())

    assert list(tmp_path.iterdir()) == []
