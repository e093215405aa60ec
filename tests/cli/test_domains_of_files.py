"""`audit` without a domain judges the project's, else every zone it is given, else what was recorded."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from .command import GOOD_ZONE, Result, mailsetup, refused, zone

FORMATS = Path(__file__).parents[2] / "examples" / "formats"
YAML = "'':\n  - {type: MX, values: [{exchange: mx.example.net., preference: 10}]}\n"
REVERSE = "34:\n  type: PTR\n  value: mail.example.com.\n"


def judged(run: Result) -> list[str]:
    """The domains of a result in JSON."""
    return [report["domain"] for report in json.loads(run.out)["reports"]]


def octodns(folder: Path, **zones: str) -> Path:
    """A config folder of octoDNS."""
    place = folder / "config"
    place.mkdir()
    for name, text in zones.items():
        (place / f"{name.replace('_', '.')}.yaml").write_text(text, encoding="utf-8")
    return place


def test_every_zone_of_a_folder_is_judged(tmp_path: Path) -> None:
    """
    But those of reverse names, in which nobody has mail.
    """
    place = octodns(tmp_path, example_com=YAML, example_org=YAML, **{"216_184_93_in-addr_arpa": REVERSE})
    run = mailsetup("audit", "--offline", "--zone", place, "--format", "json", "--fail-on", "never")

    assert ["example.com", "example.org"] == judged(run)
    assert 0 == run.code


@pytest.mark.parametrize(
    "name", [p.name for p in FORMATS.iterdir() if p.suffix in (".zone", ".json") or p.is_dir()]
)
def test_the_zone_of_a_file_is_judged_in_whatever_form_it_is(name: str, tmp_path: Path) -> None:
    run = mailsetup("audit", "--offline", "--zone", FORMATS / name, "--format", "json", folder=tmp_path)

    assert ["bluebird.example"] == judged(run)


def test_zones_are_judged_in_the_order_given(tmp_path: Path) -> None:
    other = zone(tmp_path, GOOD_ZONE.replace("example.com", "example.org"), "b.zone")
    world = ("--zone", other, "--zone", zone(tmp_path), "--offline")

    assert ["example.org", "example.com"] == judged(mailsetup("audit", *world, "--format", "json"))


def test_what_was_recorded_is_judged_where_no_zone_is_given(tmp_path: Path) -> None:
    """
    A recording beside a zone is what the zone's audit asks of others, and is not judged itself.
    """
    kept = tmp_path / "kept.json"
    mailsetup("snapshot", "example.com", "--offline", "--zone", zone(tmp_path), "-o", kept)
    other = zone(tmp_path, GOOD_ZONE.replace("example.com", "example.org"), "b.zone")
    alone = mailsetup("audit", "--from", kept, "--offline", "--format", "json")
    beside = mailsetup("audit", "--from", kept, "--zone", other, "--offline", "--format", "json")

    assert ["example.com"] == judged(alone)
    assert ["example.org"] == judged(beside)


def test_who_names_a_domain_gets_that_one(tmp_path: Path) -> None:
    place = octodns(tmp_path, example_com=YAML, example_org=YAML)
    run = mailsetup("audit", "example.org", "--offline", "--zone", place, "--format", "json")

    assert ["example.org"] == judged(run)


def test_zones_of_reverse_names_alone_are_no_domain(tmp_path: Path) -> None:
    place = octodns(tmp_path, **{"216_184_93_in-addr_arpa": REVERSE})
    told = refused(mailsetup("audit", "--offline", "--zone", place))

    assert "216.184.93.in-addr.arpa" in told
    assert "type the domain" in told


@pytest.mark.parametrize("more", [(), ("--offline",)])
def test_without_a_file_a_domain_is_asked_for(more: tuple[str, ...], tmp_path: Path) -> None:
    assert "no domain was given" in refused(mailsetup("audit", *more, folder=tmp_path))
