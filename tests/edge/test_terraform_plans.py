"""A Terraform plan is read as the zone it leads to: its modules, its choices, and what it cannot know."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from mailsetup.edge.zone_file import ZoneFile
from mailsetup.model.dns import MX, TXT, DnsQuestion, Outcome
from tests.cli.command import mailsetup, refused


def resource(address: str, **values: Any) -> dict[str, Any]:
    """One resource as `terraform show -json` writes it."""
    kind, name = re.sub(r"\[[^\]]*\]", "", address).split(".")[-2:]
    return {
        "address": address,
        "mode": "managed",
        "type": kind,
        "name": name,
        "schema_version": 0,
        "values": values,
    }


def module(address: str, *resources: dict[str, Any]) -> dict[str, Any]:
    return {"address": address, "resources": list(resources)}


def plan(*resources: dict[str, Any], modules: tuple[dict[str, Any], ...] = (), **more: Any) -> str:
    root = {"resources": list(resources), "child_modules": list(modules)}
    return json.dumps({"format_version": "1.2", "planned_values": {"root_module": root}, **more})


def read(text: str, folder: Path, origin: str = "") -> ZoneFile:
    path = folder / "plan.json"
    path.write_text(text, encoding="utf-8")
    return ZoneFile(f"{origin}={path}" if origin else path)


def asked(source: ZoneFile, name: str, rdtype: str) -> Any:
    return source.ask(DnsQuestion(name, rdtype))


def spf(address: str, text: str, **values: Any) -> dict[str, Any]:
    return resource(
        address, **{"name": "example.com", "type": "TXT", "ttl": 300, "records": [text], **values}
    )


# Names and types that only the cloud will tell.


def test_a_name_known_after_apply_refuses_nothing(tmp_path: Path) -> None:
    """
    Names of certificates and DKIM tokens are made by the cloud; the rest of the plan is judged, and they are told.
    """
    token = resource('aws_route53_record.dkim["0"]', type="CNAME", ttl=600, zone_id="Z1")
    source = read(plan(token, spf("aws_route53_record.spf", "v=spf1 -all")), tmp_path, "example.com")

    assert asked(source, "example.com", "TXT").found
    assert "1" in " ".join(map(str, source.notes))
    assert "has a name" in " ".join(map(str, source.notes))


def test_a_text_whose_name_is_known_after_apply_may_be_any_that_is_not_there(tmp_path: Path) -> None:
    """
    ``_dmarc.${aws_ses_domain_identity.x.id}`` is unknown at planning, and no DMARC record is missing for that.
    """
    text = resource("aws_route53_record.dmarc", type="TXT", ttl=600, records=["v=DMARC1; p=none"])
    source = read(plan(text, spf("aws_route53_record.spf", "v=spf1 -all")), tmp_path, "example.com")

    assert Outcome.UNASKED == asked(source, "_dmarc.example.com", "TXT").outcome
    assert asked(source, "example.com", "TXT").found
    assert asked(source, "example.com", "MX").absent


def test_a_type_known_after_apply_leaves_the_name_unknown(tmp_path: Path) -> None:
    odd = resource("aws_route53_record.odd", name="odd.example.com", ttl=600, zone_id="Z1")
    source = read(plan(odd, spf("aws_route53_record.spf", "v=spf1 -all")), tmp_path, "example.com")

    assert [Outcome.UNASKED] * 3 == [
        asked(source, "odd.example.com", rdtype).outcome for rdtype in ("TXT", "MX", "A")
    ]


def test_a_plan_that_ended_with_an_error_is_refused(tmp_path: Path) -> None:
    (tmp_path / "plan.json").write_text(plan(spf("aws_route53_record.spf", "v=spf1 -all"), errored=True))

    assert "plan.json" in refused(
        mailsetup("audit", "example.com", "--zone", "plan.json", "--offline", folder=tmp_path)
    )


# What stays although the plan does not touch it.


def changed(address: str, *actions: str) -> dict[str, Any]:
    return {"address": address, "change": {"actions": list(actions)}}


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ([], True),
        ([changed("aws_route53_record.mx", "forget")], True),
        ([changed("aws_route53_record.mx", "delete")], False),
    ],
    ids=["not targeted", "forgotten", "deleted"],
)
def test_what_a_plan_does_not_touch_stays(tmp_path: Path, changes: list[Any], found: bool) -> None:
    """
    ``-target`` plans a part; what else is in the state stays published, and so does what is only forgotten.
    """
    mx = resource(
        "aws_route53_record.mx", name="example.com", type="MX", ttl=300, records=["10 mx.example.net"]
    )
    text = plan(
        spf("aws_route53_record.spf", "v=spf1 -all"),
        resource_changes=[changed("aws_route53_record.spf", "create"), *changes],
        prior_state={"format_version": "1.0", "values": {"root_module": {"resources": [mx]}}},
    )

    assert found == asked(read(text, tmp_path), "example.com", "MX").found


def test_what_is_looked_up_is_no_record_of_the_plan(tmp_path: Path) -> None:
    """
    A data source holds what was there before, and a moved resource has two addresses: neither is a second record.
    """
    old = spf("data.google_dns_record_set.spf", "x", rrdatas=['"v=spf1 a -all"'])
    moved = spf("aws_route53_record.old", "v=spf1 b -all")
    text = plan(
        spf("aws_route53_record.spf", "v=spf1 -all"),
        resource_changes=[
            {**changed("aws_route53_record.spf", "update"), "previous_address": "aws_route53_record.old"}
        ],
        prior_state={"values": {"root_module": {"resources": [{**old, "mode": "data"}, moved]}}},
    )

    assert (TXT((b"v=spf1 -all",)),) == asked(read(text, tmp_path), "example.com", "TXT").records


def test_a_type_that_no_mail_depends_on_is_not_said_to_be_unknown(tmp_path: Path) -> None:
    data = {"algorithm": 2, "type": 1, "fingerprint": "ab"}
    record = resource("cloudflare_dns_record.x", name="x.example.com", type="SSHFP", data=data, content=None)

    assert "after apply" not in " ".join(map(str, read(plan(record), tmp_path).notes))


# One of several answers.


def weighted(address: str, text: str, identifier: str, **routing: Any) -> dict[str, Any]:
    return spf(address, text, set_identifier=identifier, **routing)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            {"weighted_routing_policy": [{"weight": 10}]},
            {"weighted_routing_policy": [{"weight": 90}]},
        ),
        (
            {"failover_routing_policy": [{"type": "SECONDARY"}]},
            {"failover_routing_policy": [{"type": "PRIMARY"}]},
        ),
        (
            {"geolocation_routing_policy": [{"country": "DE"}]},
            {"geolocation_routing_policy": [{"country": "*"}]},
        ),
    ],
    ids=["weight", "health", "place"],
)
def test_of_several_answers_one_is_given(tmp_path: Path, one: dict[str, Any], other: dict[str, Any]) -> None:
    """
    Route 53 answers with one of the sets that share a name, so two SPF texts there are not two SPF records.
    """
    source = read(
        plan(
            weighted('aws_route53_record.spf["a"]', "v=spf1 a -all", "a", **one),
            weighted('aws_route53_record.spf["b"]', "v=spf1 b -all", "b", **other),
        ),
        tmp_path,
    )

    assert (TXT((b"v=spf1 b -all",)),) == asked(source, "example.com", "TXT").records
    assert "one of several" in " ".join(map(str, source.notes))


def test_sets_that_are_answered_together_are_joined(tmp_path: Path) -> None:
    sets = [
        resource(
            f"aws_route53_record.a[{n}]",
            **{"name": "mx.example.com", "type": "A", "ttl": 60, "records": [f"192.0.2.{n}"]},
            **{"set_identifier": str(n), "multivalue_answer_routing_policy": True},
        )
        for n in (1, 2)
    ]

    assert {"192.0.2.1", "192.0.2.2"} == set(
        asked(read(plan(*sets), tmp_path), "mx.example.com", "A").records
    )


def test_a_routing_policy_of_google_answers_with_its_heaviest(tmp_path: Path) -> None:
    record = resource(
        "google_dns_record_set.mx",
        **{"name": "example.com.", "type": "MX", "ttl": 300, "rrdatas": None, "managed_zone": "z"},
        routing_policy=[
            {
                "wrr": [
                    {"weight": 0.1, "rrdatas": ["10 one.example.net."]},
                    {"weight": 0.9, "rrdatas": ["10 two.example.net."]},
                ],
                "geo": [],
                "primary_backup": [],
            }
        ],
    )

    assert (MX(10, "two.example.net"),) == asked(read(plan(record), tmp_path), "example.com", "MX").records


@pytest.mark.parametrize(("rdtype", "absent"), [("A", "AAAA"), ("MX", "A")])
def test_an_alias_set_answers_its_own_type(tmp_path: Path, rdtype: str, absent: str) -> None:
    alias = resource(
        "aws_route53_record.alias",
        **{"name": "www.example.com", "type": rdtype, "records": None},
        alias=[{"name": "web.example.com", "zone_id": "Z1", "evaluate_target_health": False}],
    )
    web = [
        resource("aws_route53_record.a", name="web.example.com", type="A", ttl=60, records=["192.0.2.1"]),
        resource(
            "aws_route53_record.b", name="web.example.com", type="AAAA", ttl=60, records=["2001:db8::1"]
        ),
        resource(
            "aws_route53_record.c", name="web.example.com", type="MX", ttl=60, records=["1 mx.example.net"]
        ),
    ]
    source = read(plan(alias, *web), tmp_path)

    assert asked(source, "www.example.com", rdtype).found
    assert Outcome.NO_DATA == asked(source, "www.example.com", absent).outcome


# Addresses that a proxy hides.


@pytest.mark.parametrize(("rdtype", "content"), [("A", "192.0.2.1"), ("CNAME", "web.example.net")])
def test_the_addresses_of_a_proxied_name_are_unknown(tmp_path: Path, rdtype: str, content: str) -> None:
    """
    The service answers with its own addresses in both families, never with what the record says.
    """
    record = resource(
        "cloudflare_dns_record.www", name="www.example.com", type=rdtype, content=content, proxied=True, ttl=1
    )
    source = read(plan(record), tmp_path)

    assert [Outcome.UNASKED] * 2 == [
        asked(source, "www.example.com", family).outcome for family in ("A", "AAAA")
    ]
    assert asked(source, "www.example.com", "TXT").absent
    assert "proxied" in " ".join(map(str, source.notes))


# Which zone a record goes to.


def zone(address: str, name: str, **values: Any) -> dict[str, Any]:
    return resource(address, name=name, **values)


def configured(address: str, *references: str) -> dict[str, Any]:
    return {"address": address, "expressions": {"zone_id": {"references": list(references)}}}


INSIDE = {
    "resources": [
        configured("aws_route53_record.www", "aws_route53_zone.this.zone_id", "aws_route53_zone.this")
    ]
}


def test_every_instance_of_a_module_has_its_own_zone(tmp_path: Path) -> None:
    modules = [
        module(
            f'module.dns["{name}"]',
            zone(f'module.dns["{name}"].aws_route53_zone.this', name),
            resource(
                f'module.dns["{name}"].aws_route53_record.www',
                **{"name": "www", "type": "A", "ttl": 60, "records": [address]},
            ),
        )
        for name, address in (("example.com", "192.0.2.1"), ("example.org", "192.0.2.2"))
    ]
    text = plan(
        modules=tuple(modules),
        configuration={"root_module": {"module_calls": {"dns": {"module": INSIDE}}}},
    )
    source = read(text, tmp_path)

    assert ("192.0.2.1",) == asked(source, "www.example.com", "A").records
    assert ("192.0.2.2",) == asked(source, "www.example.org", "A").records


def test_for_each_pairs_records_with_zones_of_their_key(tmp_path: Path) -> None:
    zones = [zone(f'aws_route53_zone.this["{name}"]', name) for name in ("example.com", "example.org")]
    records = [
        resource(f'aws_route53_record.www["{name}"]', name="www", type="A", ttl=60, records=[f"192.0.2.{n}"])
        for n, name in enumerate(("example.com", "example.org"))
    ]
    source = read(plan(*zones, *records, configuration={"root_module": INSIDE}), tmp_path)

    assert ("192.0.2.0",) == asked(source, "www.example.com", "A").records
    assert ("192.0.2.1",) == asked(source, "www.example.org", "A").records


def test_a_whole_name_goes_to_the_longest_zone_that_holds_it(tmp_path: Path) -> None:
    zones = [zone(f"aws_route53_zone.{n}", name) for n, name in enumerate(("example.com", "in.example.com"))]
    record = resource(
        'aws_route53_record.all["x"]', name="www.in.example.com", type="A", ttl=60, records=["192.0.2.1"]
    )
    source = read(plan(*zones, record), tmp_path)

    assert ("in.example.com",) == source.origins


@pytest.mark.parametrize("way", ["variable", "output"])
def test_a_zone_is_found_through_a_module_s_variables_and_outputs(tmp_path: Path, way: str) -> None:
    """
    ``zone_id = var.zone_id`` in a module of records, ``zone_id = module.zone.id`` beside a module of zones.
    """
    zones = [zone("cloudflare_zone.one", "example.com"), zone("cloudflare_zone.two", "example.org")]
    expression = {"references": ["cloudflare_zone.two.id", "cloudflare_zone.two"]}
    if way == "variable":
        record = resource("module.mail.cloudflare_dns_record.www", name="www", type="A", content="192.0.2.1")
        calls = {
            "mail": {
                "expressions": {"zone": expression},
                "module": {"resources": [configured("cloudflare_dns_record.www", "var.zone")]},
            }
        }
        text = plan(
            *zones,
            modules=(module("module.mail", record),),
            configuration={"root_module": {"module_calls": calls}},
        )
    else:
        record = resource("cloudflare_dns_record.www", name="www", type="A", content="192.0.2.1")
        inside = tuple({**z, "address": f"module.zones.{z['address']}"} for z in zones)
        root = {
            "resources": [configured("cloudflare_dns_record.www", "module.zones.id", "module.zones")],
            "module_calls": {"zones": {"module": {"outputs": {"id": {"expression": expression}}}}},
        }
        text = plan(record, modules=(module("module.zones", *inside),), configuration={"root_module": root})

    assert ("192.0.2.1",) == asked(read(text, tmp_path), "www.example.org", "A").records


@pytest.mark.parametrize(
    ("private", "record"),
    [
        (
            zone("aws_route53_zone.inside", "example.com", zone_id="Z2", vpc=[{"vpc_id": "vpc-1"}]),
            spf("aws_route53_record.x", "inside", zone_id="Z2"),
        ),
        (
            zone("google_dns_managed_zone.inside", "inside", dns_name="example.com.", visibility="private"),
            resource(
                "google_dns_record_set.x",
                **{"name": "example.com.", "type": "TXT", "rrdatas": ["inside"], "managed_zone": "inside"},
            ),
        ),
    ],
    ids=["route53", "google"],
)
def test_a_private_zone_is_not_what_the_world_sees(
    tmp_path: Path, private: dict[str, Any], record: dict[str, Any]
) -> None:
    public = zone("aws_route53_zone.outside", "example.com", zone_id="Z1")
    source = read(
        plan(public, private, spf("aws_route53_record.y", "v=spf1 -all", zone_id="Z1"), record), tmp_path
    )

    assert (TXT((b"v=spf1 -all",)),) == asked(source, "example.com", "TXT").records
    assert "private" in " ".join(map(str, source.notes))


@pytest.mark.parametrize("key", ["zones", "result"])
def test_a_zone_of_a_list_is_found_by_its_id(tmp_path: Path, key: str) -> None:
    """
    ``data.cloudflare_zones`` is a list of zones, ``zones`` in version 4 and ``result`` in version 5.
    """
    found = {"id": "abc", "name": "example.com"}
    data = {**resource("data.cloudflare_zones.this", **{key: [found]}), "mode": "data"}
    record = resource("cloudflare_record.www", name="www", type="A", value="192.0.2.1", zone_id="abc")
    text = plan(record, prior_state={"values": {"root_module": {"resources": [data]}}})

    assert asked(read(text, tmp_path), "www.example.com", "A").found


def test_a_record_that_is_there_tells_the_zone_of_its_id(tmp_path: Path) -> None:
    """
    ``hostname`` and ``fqdn`` are whole names; a new record of the same zone has none yet.
    """
    there = resource(
        "cloudflare_record.old",
        **{"name": "www", "hostname": "www.example.com", "type": "A", "value": "192.0.2.1", "zone_id": "abc"},
    )
    new = resource("cloudflare_record.new", name="mx", type="A", value="192.0.2.2", zone_id="abc")
    other = resource(
        "aws_route53_record.x",
        **{"name": "www", "fqdn": "www.example.org", "type": "A", "records": ["192.0.2.3"], "zone_id": "Z9"},
    )
    source = read(plan(there, new, other), tmp_path)

    assert ("192.0.2.2",) == asked(source, "mx.example.com", "A").records
    assert ("192.0.2.3",) == asked(source, "www.example.org", "A").records


def test_a_name_that_has_only_a_type_in_parts_of_its_own_exists(tmp_path: Path) -> None:
    """
    Cloudflare's LOC and DS records are given in parts; what they say is unknown, that the name exists is not.
    """
    parts = {"zone_id": "abc", "data": {"altitude": 1}}
    found = [
        resource("cloudflare_record.www", name="www.example.com", type="A", value="192.0.2.1", zone_id="abc"),
        resource("cloudflare_record.office", name="office.example.com", type="LOC", **parts),
        resource("cloudflare_record.sub", name="sub.example.com", type="DS", **parts),
    ]
    source = read(plan(*found), tmp_path, "example.com")

    assert asked(source, "office.example.com", "MX").outcome is Outcome.NO_DATA
    assert asked(source, "office.example.com", "LOC").outcome is Outcome.UNASKED
    assert asked(source, "sub.example.com", "DS").outcome is Outcome.UNASKED


def test_octal_escapes_of_route53_are_octets(tmp_path: Path) -> None:
    source = read(plan(spf("aws_route53_record.x", "a\\303\\244b")), tmp_path)

    assert (TXT(("aäb".encode(),)),) == asked(source, "example.com", "TXT").records
