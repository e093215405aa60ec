"""DNSControl and Terraform documents answer as the same zone in BIND or octoDNS does, and say where a record stands."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from mailsetup.edge.zone_file import ZoneFile
from mailsetup.model.dns import CAA, MX, SRV, TXT, DnsQuestion, Outcome
from mailsetup.model.errors import InputError, UsageError
from tests.cli.command import mailsetup, refused

FORMATS = Path(__file__).parents[2] / "examples" / "formats"
BIND = FORMATS / "bluebird.example.zone"
OTHERS = [
    *("octodns", "dnscontrol.json", "terraform-cloudflare.json", "terraform-route53.json"),
    *("terraform-google.json", "terraform-azurerm.json"),
]
PLANS = [name for name in OTHERS if name.startswith("terraform")]
DOMAIN = "bluebird.example"


def content(source: Any) -> dict[tuple[str, str], tuple[int, frozenset[str]]]:
    """Every record set of a source with its time to live; TXT as joined text, for services cut it as they like."""
    zone = source.zones[DOMAIN]
    return {
        (name, rdtype): (
            group.ttl,
            frozenset(r.text if isinstance(r, TXT) else repr(r) for r in group.records),
        )
        for name, sets in zone.sets.items()
        for rdtype, group in sets.items()
        if rdtype != "SOA"
    }


@pytest.mark.parametrize("name", OTHERS)
def test_every_format_holds_the_same_records(name: str) -> None:
    assert content(ZoneFile(BIND)) == content(ZoneFile(FORMATS / name))


@pytest.mark.parametrize("name", OTHERS)
def test_the_same_zone_gets_the_same_verdicts(name: str) -> None:
    """
    Status, message and owner of everything; the server an answer names is the file's.
    """

    def verdicts(source: Path) -> list[tuple[object, ...]]:
        snapshots = FORMATS.parent / "ci" / "snapshots"
        run = mailsetup(
            *("audit", DOMAIN, "--zone", source, "--from", snapshots, "--offline", "--format", "json"),
            *("--max-age", "36500"),
        )
        (report,) = json.loads(run.out)["reports"]
        return [
            (v["check"], v["status"], [(f["owner"], f["severity"], f["message"]) for f in v["findings"]])
            for v in report["verdicts"]
        ]

    assert verdicts(BIND) == verdicts(FORMATS / name)


@pytest.mark.parametrize(
    ("name", "owner", "rdtype", "line", "address"),
    [
        ("dnscontrol.json", DOMAIN, "MX", 36, "bluebird.example MX @ [line:6:3]"),
        ("terraform-cloudflare.json", f"_dmarc.{DOMAIN}", "TXT", 0, "cloudflare_dns_record.dmarc_txt"),
        ("terraform-azurerm.json", DOMAIN, "CAA", 0, "azurerm_dns_caa_record.apex_caa"),
    ],
)
def test_a_record_has_its_line_and_its_address(
    name: str, owner: str, rdtype: str, line: int, address: str
) -> None:
    source = ZoneFile(FORMATS / name)
    place = source.where(owner, rdtype)
    text = (FORMATS / name).read_text(encoding="utf-8").splitlines()

    assert place is not None
    assert address == place.address
    assert line in (0, place.line)
    assert text[place.line - 1].strip().startswith(("{", '"values": {'))


def test_an_annotation_names_the_resource(tmp_path: Path) -> None:
    plan = (FORMATS / "terraform-google.json").read_text(encoding="utf-8").replace("~all", "+all")
    (tmp_path / "plan.json").write_text(plan, encoding="utf-8")
    run = mailsetup("audit", DOMAIN, "--zone", "plan.json", "--offline", "--format", "sarif", folder=tmp_path)
    results = json.loads(run.out)["runs"][0]["results"]
    (found,) = [r for r in results if r["ruleId"] == "spf/plus-all"]

    shown = mailsetup(
        "audit", DOMAIN, "--zone", "plan.json", "--offline", "--format", "github", folder=tmp_path
    )
    result = mailsetup(
        "audit", DOMAIN, "--zone", "plan.json", "--offline", "--format", "json", folder=tmp_path
    )
    places = json.loads(result.out)["reports"][0]["places"]
    (place,) = [place for place in places if place["check"] == "spf/plus-all"]

    assert "google_dns_record_set.apex_txt" == found["locations"][0]["logicalLocations"][0]["decoratedName"]
    assert "at google_dns_record_set.apex_txt" in shown.out
    assert ("plan.json", "google_dns_record_set.apex_txt") == (place["file"], place["address"])


# DNSControl, record by record.


def dnscontrol(*records: dict[str, object], **domain: object) -> str:
    return json.dumps({"domains": [{"name": "example.com", "records": list(records), **domain}]})


def asked(text: str, name: str, rdtype: str, folder: Path, origin: str = "") -> Any:
    path = folder / "zone.json"
    path.write_text(text, encoding="utf-8")
    return ZoneFile(f"{origin}={path}" if origin else path).ask(DnsQuestion(name, rdtype))


@pytest.mark.parametrize(
    ("record", "name", "expected"),
    [
        ({"type": "A", "name": "@", "target": "192.0.2.1"}, "example.com", "192.0.2.1"),
        (
            {"type": "MX", "name": "@", "mxpreference": 15, "target": "foo.com."},
            "example.com",
            MX(15, "foo.com"),
        ),
        ({"type": "MX", "name": "@", "target": "."}, "example.com", MX(0, "")),
        ({"type": "MX", "name": "@", "target": "mx"}, "example.com", MX(0, "mx.example.com")),
        ({"type": "TXT", "name": "b", "target": "ws at end "}, "b.example.com", TXT((b"ws at end ",))),
        ({"type": "TXT", "name": "b", "target": 'a "q" \\ ;'}, "b.example.com", TXT((b'a "q" \\ ;',))),
        ({"type": "TXT", "name": "b", "txtstrings": ["one", "two"]}, "b.example.com", TXT((b"onetwo",))),
        (
            {"type": "A", "name": "@", "subdomain": "sub", "target": "192.0.2.1"},
            "sub.example.com",
            "192.0.2.1",
        ),
        (
            {"type": "A", "name": "w", "subdomain": "sub", "target": "192.0.2.1"},
            "w.sub.example.com",
            "192.0.2.1",
        ),
        (
            {"type": "CAA", "name": "@", "caaflag": 128, "caatag": "iodef", "target": "mailto:a@b"},
            "example.com",
            CAA(128, "iodef", b"mailto:a@b"),
        ),
        (
            {"type": "SRV", "name": "_ntp._udp", "srvport": 1, "target": "zeros.foo.com."},
            "_ntp._udp.example.com",
            SRV(0, 0, 1, "zeros.foo.com"),
        ),
    ],
)
def test_dnscontrol_leaves_zeros_out(
    tmp_path: Path, record: dict[str, object], name: str, expected: object
) -> None:
    answer = asked(dnscontrol(record), name, str(record["type"]), tmp_path)

    assert (expected,) == answer.records


def test_dnscontrol_types_that_are_no_dns_are_passed_over_and_said(tmp_path: Path) -> None:
    path = tmp_path / "zone.json"
    path.write_text(
        dnscontrol({"type": "CF_REDIRECT", "name": "@", "target": "a,b"}, keepunknown="true"),
        encoding="utf-8",
    )
    notes = " ".join(map(str, ZoneFile(path).notes))

    assert "CF_REDIRECT" in notes
    assert "leaves records of example.com alone" in notes


def test_a_name_that_has_only_what_is_passed_over_exists(tmp_path: Path) -> None:
    """
    Its other types are absent, its own are unknown; a word that is no type of DNS says nothing of a name.
    """
    text = dnscontrol(
        {"type": "RP", "name": "who", "target": "a. b."}, {"type": "CF_REDIRECT", "name": "no", "target": "a"}
    )

    assert asked(text, "who.example.com", "MX", tmp_path).outcome is Outcome.NO_DATA
    assert asked(text, "who.example.com", "RP", tmp_path).outcome is Outcome.UNASKED
    assert asked(text, "no.example.com", "MX", tmp_path).outcome is Outcome.NO_NAME


def test_a_dnscontrol_tag_is_no_part_of_the_name(tmp_path: Path) -> None:
    text = dnscontrol({"type": "A", "name": "@", "target": "192.0.2.1"}).replace(
        "example.com", "example.com!in"
    )

    assert asked(text, "example.com", "A", tmp_path).found


@pytest.mark.parametrize(
    ("label", "below", "owner"),
    [
        ("bar", "bar", "bar.example.com"),
        ("www.bar", "bar", "www.bar.example.com"),
        ("bar.bar", "bar", "bar.bar.example.com"),
        ("rebar.x", "bar", "rebar.x.bar.example.com"),
    ],
)
def test_a_dnscontrol_label_holds_what_d_extend_added(
    tmp_path: Path, label: str, below: str, owner: str
) -> None:
    """
    ``D_EXTEND("bar.example.com", A("www", ...))`` is written as the label ``www.bar`` with the sub-domain ``bar``.
    """
    text = dnscontrol({"type": "A", "name": label, "subdomain": below, "target": "192.0.2.1"})

    assert asked(text, owner, "A", tmp_path).found


def test_a_target_of_d_extend_is_below_the_sub_domain(tmp_path: Path) -> None:
    text = dnscontrol(
        {"type": "MX", "name": "bar", "subdomain": "bar", "mxpreference": 1, "target": "mail"},
        {"type": "CNAME", "name": "www.bar", "subdomain": "bar", "target": "web.example.net."},
    )

    assert (MX(1, "mail.bar.example.com"),) == asked(text, "bar.example.com", "MX", tmp_path).records
    assert ("web.example.net",) == asked(text, "www.bar.example.com", "A", tmp_path).aliases


def test_an_alias_of_one_type_answers_that_type_alone(tmp_path: Path) -> None:
    """
    R53_ALIAS and AZURE_ALIAS say which type they stand for; AAAA of an alias for A is absent.
    """
    text = dnscontrol(
        {"type": "R53_ALIAS", "name": "a", "r53_alias": {"type": "A"}, "target": "web"},
        {"type": "R53_ALIAS", "name": "m", "r53_alias": {"type": "MX"}, "target": "mailed"},
        {"type": "AZURE_ALIAS", "name": "c", "azure_alias": {"type": "CNAME"}, "target": "web"},
        {"type": "A", "name": "web", "target": "192.0.2.1"},
        {"type": "AAAA", "name": "web", "target": "2001:db8::1"},
        {"type": "MX", "name": "mailed", "mxpreference": 5, "target": "mx.example.net."},
    )

    assert ("192.0.2.1",) == asked(text, "a.example.com", "A", tmp_path).records
    assert Outcome.NO_DATA == asked(text, "a.example.com", "AAAA", tmp_path).outcome
    assert (MX(5, "mx.example.net"),) == asked(text, "m.example.com", "MX", tmp_path).records
    assert ("2001:db8::1",) == asked(text, "c.example.com", "AAAA", tmp_path).records


def test_the_addresses_of_a_proxied_name_are_unknown(tmp_path: Path) -> None:
    text = dnscontrol(
        {"type": "CNAME", "name": "www", "target": "web.example.net.", "meta": {"cloudflare_proxy": "on"}}
    )

    assert [Outcome.UNASKED] * 2 + [Outcome.NO_DATA] == [
        asked(text, "www.example.com", rdtype, tmp_path).outcome for rdtype in ("A", "AAAA", "TXT")
    ]


def test_what_dnscontrol_leaves_alone_is_unknown_and_not_absent(tmp_path: Path) -> None:
    """
    With NO_PURGE the provider may hold any set the configuration does not mention; a set it mentions is all of it.
    """
    text = dnscontrol(
        {"type": "TXT", "name": "@", "target": "v=spf1 -all"},
        {"type": "CNAME", "name": "www", "target": "web.example.net."},
        keepunknown=True,
    )

    assert Outcome.UNASKED == asked(text, "_dmarc.example.com", "TXT", tmp_path).outcome
    assert Outcome.UNASKED == asked(text, "example.com", "MX", tmp_path).outcome
    assert asked(text, "example.com", "TXT", tmp_path).found
    assert ("web.example.net",) == asked(text, "www.example.com", "A", tmp_path).aliases


@pytest.mark.parametrize(
    ("rule", "name", "rdtype"),
    [
        ({"label_pattern": "_dmarc", "rType_pattern": "TXT"}, "_dmarc.example.com", "TXT"),
        ({"label_pattern": "@", "rType_pattern": "TXT, MX"}, "example.com", "MX"),
        ({"label_pattern": "*._domainkey"}, "s1._domainkey.example.com", "TXT"),
        ({"label_pattern": "{s1,s2}._domainkey"}, "s2._domainkey.example.com", "CNAME"),
        ({"label_pattern": "\\*.wild"}, "*.wild.example.com", "A"),
        ({"rType_pattern": "TXT", "target_pattern": "v=spf1*"}, "example.com", "TXT"),
    ],
)
def test_what_a_dnscontrol_rule_ignores_is_unknown(
    tmp_path: Path, rule: dict[str, str], name: str, rdtype: str
) -> None:
    text = dnscontrol({"type": "TXT", "name": "@", "target": "other"}, unmanaged=[rule])

    assert Outcome.UNASKED == asked(text, name, rdtype, tmp_path).outcome
    assert Outcome.NO_NAME == asked(text, "else.example.com", "AAAA", tmp_path).outcome


def test_a_missing_record_that_dnscontrol_leaves_alone_fails_nothing(tmp_path: Path) -> None:
    (tmp_path / "zone.json").write_text(
        dnscontrol({"type": "MX", "name": "@", "target": "."}, keepunknown=True), encoding="utf-8"
    )
    run = mailsetup(
        "audit", "example.com", "--zone", "zone.json", "--offline", "--format", "json", folder=tmp_path
    )
    verdicts = {v["check"]: v["status"] for v in json.loads(run.out)["reports"][0]["verdicts"]}

    assert "publishes no DMARC record" not in run.out
    assert "fail" not in {status for check, status in verdicts.items() if check.endswith("/missing")}
    assert 0 == run.code


@pytest.mark.parametrize("marks", [("example.com!in", "example.com!out"), ("example.com", "example.com!out")])
def test_one_view_of_a_split_horizon_is_chosen_by_its_tag(tmp_path: Path, marks: tuple[str, str]) -> None:
    domains = [
        {"name": mark, "records": [{"type": "A", "name": "@", "target": f"192.0.2.{n}"}]}
        for n, mark in enumerate(marks)
    ]
    newer = [
        {**d, "name": "example.com", "tag": mark.partition("!")[2]}
        for d, mark in zip(domains, marks, strict=True)
    ]
    for written in (domains, newer):
        text = json.dumps({"domains": written})
        first = f"example.com!{marks[0].partition('!')[2]}"

        assert ("192.0.2.1",) == asked(text, "example.com", "A", tmp_path, "example.com!out").records
        assert ("192.0.2.0",) == asked(text, "example.com", "A", tmp_path, first).records
        with pytest.raises(UsageError, match="choose one by its tag"):
            asked(text, "example.com", "A", tmp_path, "example.com")


def test_an_origin_passes_over_domains_with_names_of_one_label(tmp_path: Path) -> None:
    text = json.dumps({"domains": [{"name": "corp"}, json.loads(dnscontrol())["domains"][0]]})

    assert asked(text, "example.com", "A", tmp_path, "example.com").absent


# Terraform, service by service.


def plan(*resources: dict[str, Any], **more: Any) -> str:
    found = [
        {"address": f"{r['type']}.r{n}", "mode": "managed", "name": f"r{n}", **r}
        for n, r in enumerate(resources)
    ]
    return json.dumps(
        {"format_version": "1.2", "planned_values": {"root_module": {"resources": found}}, **more}
    )


def record(kind: str, **values: Any) -> dict[str, Any]:
    return {"type": kind, "values": values}


@pytest.mark.parametrize(
    ("resource", "name", "rdtype", "expected"),
    [
        (
            record("cloudflare_record", name="@", type="MX", priority=0, content="."),
            "example.com",
            "MX",
            (MX(0, ""),),
        ),
        (
            record("cloudflare_record", name="www", type="CNAME", value="Example.net", ttl=1),
            "www.example.com",
            "CNAME",
            ("example.net",),
        ),
        (
            record("cloudflare_dns_record", name="example.com", type="TXT", content='"v=spf1" " -all"'),
            "example.com",
            "TXT",
            (TXT((b"v=spf1", b" -all")),),
        ),
        (
            record(
                "cloudflare_record", name="@", type="CAA", data=[{"flags": 0, "tag": "issue", "value": "ca"}]
            ),
            "example.com",
            "CAA",
            (CAA(0, "issue", b"ca"),),
        ),
        (
            record("aws_route53_record", name="k", type="TXT", records=['v=DKIM1; p=AA""BB', "x"]),
            "k.example.com",
            "TXT",
            (TXT((b"v=DKIM1; p=AA", b"BB")), TXT((b"x",))),
        ),
        (
            record("aws_route53_record", name="example.com", type="TXT", records=['"v=spf1 -all"']),
            "example.com",
            "TXT",
            (TXT((b"v=spf1 -all",)),),
        ),
        (
            record("google_dns_record_set", name="example.com.", type="TXT", rrdatas=["v=spf1 -all"]),
            "example.com",
            "TXT",
            (TXT((b"v=spf1", b"-all")),),
        ),
        (
            record(
                "azurerm_dns_mx_record", name="@", record=[{"preference": "5", "exchange": "mx.example.net"}]
            ),
            "example.com",
            "MX",
            (MX(5, "mx.example.net"),),
        ),
    ],
)
def test_values_are_read_as_the_service_publishes_them(
    tmp_path: Path, resource: dict[str, Any], name: str, rdtype: str, expected: object
) -> None:
    """
    A TXT value without quotes is several strings to Google, and one to the others.
    """
    assert expected == asked(plan(resource), name, rdtype, tmp_path, "example.com").records


def test_a_value_known_after_apply_is_unknown_and_not_absent(tmp_path: Path) -> None:
    resources = (
        record("cloudflare_record", name="_dmarc", type="TXT", content=None),
        record("aws_route53_record", name="mx", type="A", records=None),
        record("aws_route53_record", name="some", type="TXT", records=["x", None]),
    )
    answers = [
        asked(plan(*resources), name, rdtype, tmp_path, "example.com")
        for name, rdtype in [
            ("_dmarc.example.com", "TXT"),
            ("mx.example.com", "A"),
            ("some.example.com", "TXT"),
            ("mx.example.com", "AAAA"),
        ]
    ]

    assert [Outcome.UNASKED] * 3 + [Outcome.NO_DATA] == [a.outcome for a in answers]


def test_a_record_that_follows_a_resource_of_the_cloud_is_not_absent(tmp_path: Path) -> None:
    alias = record("aws_route53_record", name="", type="A", records=None, alias=[{"name": "lb.example.net."}])

    assert asked(plan(alias), "example.com", "A", tmp_path, "example.com").unknown


def zone_by_id(values: dict[str, Any]) -> str:
    prior = {
        "root_module": {"resources": [{**values, "address": f"data.{values['type']}.z", "mode": "data"}]}
    }
    resource = record("aws_route53_record", name="www", type="A", records=["192.0.2.1"], zone_id="Z1")
    return plan(resource, prior_state={"values": prior})


def by_reference() -> str:
    zone = record("cloudflare_zone", name="example.com")
    other = record("cloudflare_zone", name="example.org")
    resource = record("cloudflare_dns_record", name="www", type="A", content="192.0.2.1", ttl=1)
    return plan(
        zone,
        other,
        resource,
        configuration={
            "root_module": {
                "resources": [
                    {
                        "address": "cloudflare_dns_record.r2",
                        "expressions": {
                            "zone_id": {"references": ["cloudflare_zone.r0.id", "cloudflare_zone.r0"]}
                        },
                    }
                ]
            }
        },
    )


def in_a_module() -> str:
    inner = record("google_dns_record_set", name="www.example.com.", type="A", rrdatas=["192.0.2.1"])
    inner |= {"address": "module.dns.google_dns_record_set.www[0]", "mode": "managed", "name": "www"}
    return json.dumps(
        {
            "format_version": "1.2",
            "planned_values": {
                "root_module": {"child_modules": [{"address": "module.dns", "resources": [inner]}]}
            },
        }
    )


@pytest.mark.parametrize(
    "text",
    [
        zone_by_id(record("aws_route53_zone", name="example.com.", zone_id="Z1")),
        by_reference(),
        in_a_module(),
        plan(record("azurerm_dns_a_record", name="www", zone_name="example.com", records=["192.0.2.1"])),
        plan(record("cloudflare_dns_record", name="www.example.com", type="A", content="192.0.2.1")),
    ],
    ids=["by id", "by reference", "in a module", "named", "guessed"],
)
def test_the_zone_of_a_record_is_found(tmp_path: Path, text: str) -> None:
    assert ("192.0.2.1",) == asked(text, "www.example.com", "A", tmp_path).records


def test_a_record_whose_zone_nothing_tells_is_refused(tmp_path: Path) -> None:
    text = plan(record("cloudflare_record", name="www", type="A", value="192.0.2.1"))

    with pytest.raises(UsageError, match="ORIGIN=FILE"):
        asked(text, "www.example.com", "A", tmp_path)


def test_a_domain_whose_own_texts_a_plan_cannot_know_is_still_held_by_it(tmp_path: Path) -> None:
    """
    Exit code 2, "no file given holds the domain", is for typing mistakes.
    """
    resources = (
        record("aws_route53_record", name="example.com", type="TXT", records=None),
        record("aws_route53_record", name="example.com", type="MX", records=["0 ."]),
    )
    (tmp_path / "plan.json").write_text(plan(*resources), encoding="utf-8")
    run = mailsetup("audit", "example.com", "--zone", "plan.json", "--offline", folder=tmp_path)

    assert "no file given holds" not in run.err
    assert 0 == run.code


# What cannot be read.


@pytest.mark.parametrize(
    "text",
    [
        *("", "{", "[]", "{}", "3", '{"domains": 3}', '{"domains": [3]}', '{"domains": [{"name": "-"}]}'),
        *('{"domains": [{"name": "a.example", "records": 3}]}', '{"a": ' * 5000, '{"format_version": "1"}'),
        dnscontrol({"type": "A", "name": "@", "target": "not an address"}),
        dnscontrol({"type": "MX", "name": "@", "mxpreference": "x", "target": "a."}),
        dnscontrol({"type": "A", "name": "a" * 70, "target": "192.0.2.1"}),
        dnscontrol({"type": "A", "name": "@", "target": "192.0.2.1", "ttl": "soon"}),
        plan(record("azurerm_dns_a_record", name="a", zone_name="example.com", records="x")),
        plan(record("azurerm_dns_a_record", name=3, zone_name="example.com", records=["192.0.2.1"])),
        plan(record("azurerm_dns_mx_record", name="a", zone_name="example.com", record=[3])),
        plan(record("google_dns_record_set", name="a.example.com.", type="A", rrdatas=["\x1b[31m"])),
        plan(record("aws_route53_record", name="a.example.com", type="TXT", records=['"'])),
        plan(record("aws_route53_zone", name="..")),
    ],
)
def test_what_cannot_be_read_is_refused_in_one_sentence(tmp_path: Path, text: str) -> None:
    (tmp_path / "zone.json").write_text(text, encoding="utf-8")

    assert "zone.json" in refused(
        mailsetup("audit", "example.com", "--zone", "zone.json", "--offline", folder=tmp_path)
    )


def test_damage_anywhere_is_a_refusal_or_a_zone_never_a_crash(tmp_path: Path) -> None:
    """
    Every value of every example replaced by one of another kind.
    """
    path = tmp_path / "zone.json"
    for name in ("dnscontrol.json", *PLANS):
        whole = json.loads((FORMATS / name).read_text(encoding="utf-8"))
        for keys in places(whole):
            for wrong in (3, {}):
                path.write_text(json.dumps(with_value(whole, keys, wrong)), encoding="utf-8")
                try:
                    ZoneFile(path)
                except (InputError, UsageError):
                    continue


def places(found: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Paths to the values of a document; of lists only the first two, for the rest is alike."""
    items = (
        list(found.items())
        if isinstance(found, dict)
        else list(enumerate(found[:2]))
        if isinstance(found, list)
        else []
    )
    return [p for key, value in items for p in ((*path, key), *places(value, (*path, key)))]


def with_value(document: Any, path: tuple[Any, ...], value: Any) -> Any:
    changed = copy.deepcopy(document)
    at = changed
    for key in path[:-1]:
        at = at[key]
    at[path[-1]] = value
    return changed
