"""A domain and what belongs to it, recorded and replayed, and in an audit; nothing a list answers makes us raise."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailsetup.model.dns import TXT, DnsAnswer, DnsQuestion, Opaque, Outcome
from mailsetup.model.walk import Answers
from mailsetup.profiles.blocklists import all_blocklists
from mailsetup.walks.blocklist_subjects import Subject
from mailsetup.walks.blocklistings import Listing, listings
from tests.servers.process import NameServer
from tests.servers.rbldnsd import rbldnsd

from .test_against_rbldnsd import KEY, ZONES, asked, run

ZONE = """$ORIGIN shop.example.
@       300 IN SOA   ns hostmaster 1 7200 3600 1209600 300
@       300 IN NS    ns.bad.example.
@       300 IN MX    10 mx
@       300 IN TXT   "v=spf1 ip4:203.0.113.4 ip4:203.0.113.64/26 -all"
mx      300 IN A     203.0.113.5
mx      300 IN AAAA  2001:db8:bad::25
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NameServer]:
    with rbldnsd(ZONES, tmp_path_factory.mktemp("lists")) as running:
        yield running


@pytest.fixture
def zone(tmp_path: Path) -> str:
    path = tmp_path / "shop.example.zone"
    path.write_text(ZONE, encoding="utf-8")
    return str(path)


@pytest.mark.real
def test_what_belongs_to_a_domain_is_looked_for(server: NameServer, zone: str) -> None:
    """
    Mail hosts over both families, sending addresses and name servers, each with its role.
    """
    arguments = ["shop.example", "--zone", zone, "--list", "spamhaus-zen", "--list", "spamhaus-dbl"]
    found, code = asked(server, *arguments)
    told = {subject: (one["role"], one["status"]) for (_, subject), one in found.items()}

    assert ("given", "clean") == told["shop.example"]
    assert ("mx", "clean") == told["203.0.113.5"]
    assert ("mx", "listed") == told["2001:db8:bad::25"]
    assert ("spf", "listed") == told["203.0.113.4"]
    assert ("ns", "listed") == told["ns.bad.example"]
    assert 1 == code


@pytest.mark.real
def test_a_recorded_audit_says_the_same_without_lists_and_key(
    server: NameServer, zone: str, tmp_path: Path
) -> None:
    """
    What lists said is in the recording, so that nobody needs to be asked again.
    """
    record = str(tmp_path / "recorded.json")
    common = ["audit", "shop.example", "--blocklists", "--format", "json"]
    live = run(server, *common, "--zone", zone, "--record", record, MAILSETUP_SPAMHAUS_KEY=KEY)
    again = run(server, *common, "--from", record, "--offline")
    said = [
        {v["check"]: (v["status"], v["findings"]) for v in json.loads(done.stdout)["reports"][0]["verdicts"]}
        for done in (live, again)
    ]

    assert "fail" == said[0]["blocklists/listed-major"][0]
    assert {c: v for c, v in said[0].items() if c.startswith("blocklists/")} == {
        c: v for c, v in said[1].items() if c.startswith("blocklists/")
    }


@pytest.mark.real
def test_an_audit_is_open_where_the_major_lists_refuse(server: NameServer, zone: str) -> None:
    """
    A refusal leaves the verdict open, and is itself told; nothing is called listed.
    """
    path = Path(zone)
    text = ZONE.replace("203.0.113.4 ", "203.0.113.54 ").replace("bad", "900d")
    path.write_text(text, encoding="utf-8")
    done = run(server, "audit", "shop.example", "--zone", zone, "--blocklists", "--format", "json")
    verdicts = {v["check"]: v for v in json.loads(done.stdout)["reports"][0]["verdicts"]}
    major = verdicts["blocklists/listed-major"]

    assert "inconclusive" == major["status"]
    refused = [e for e in major["unanswered"] if e["name"].startswith("54.113.0.203.")]
    assert ["refused"] == [e["outcome"] for e in refused]
    assert "fail" == verdicts["blocklists/resolver-refused"]["status"]


RECORDS = st.lists(
    st.one_of(
        st.ip_addresses(v=4).map(str),
        st.text(max_size=20),
        st.binary(max_size=40).map(lambda data: TXT((data,))),
        st.text(max_size=10).map(Opaque),
        st.integers(0, 2**24 - 1).map(lambda n: f"127.{n >> 16}.{n >> 8 & 255}.{n & 255}"),
    ),
    max_size=4,
)
ANSWER = st.builds(
    DnsAnswer,
    st.sampled_from(list(Outcome)),
    RECORDS.map(tuple),
    st.lists(st.text(max_size=10), max_size=2).map(tuple),
)


class Chance(dict[DnsQuestion, DnsAnswer]):
    """Answers drawn when they are asked for."""

    def __init__(self, draw: st.DataObject) -> None:
        super().__init__()
        self.draw = draw

    def __missing__(self, question: DnsQuestion) -> DnsAnswer:
        answer = self[question] = self.draw.draw(ANSWER)
        return answer


def follow(name: str, subject: Subject, answers: Answers) -> tuple[Listing, ...]:
    walk = listings(all_blocklists()[name], [subject])
    try:
        next(walk)
        while True:
            walk.send(answers)
    except StopIteration as end:
        return end.value


@given(
    st.sampled_from(sorted(one.id for one in all_blocklists().values() if one.codes and one.zone)), st.data()
)
def test_no_answer_makes_a_walk_raise_and_refusals_never_list(name: str, data: st.DataObject) -> None:
    """
    Whatever comes back: no exception, and a listing only from a documented code in 127.0.0.0/8.
    """
    one = all_blocklists()[name]
    value = {"ipv4": "203.0.113.9", "ipv6": "2001:db8::9"}.get(one.kinds[0].value, "example.com")

    for listing in follow(name, Subject(one.kinds[0], value), Chance(data)):
        assert str(listing.reason)
        assert listing.text.isprintable()
        assert listing.status.value != "listed" or all(hit.answer.startswith("127.") for hit in listing.hits)
        assert listing.status.value != "clean" or listing.answer.outcome is Outcome.NO_NAME


@pytest.mark.real
def test_a_recorded_run_says_the_same(server: NameServer, tmp_path: Path) -> None:
    """
    ``--record`` keeps what lists said about addresses too.
    """
    record = str(tmp_path / "recorded.json")
    arguments = ["203.0.113.4", "203.0.113.54", "--list", "spamhaus-zen", "--list", "spamcop"]
    live, _ = asked(server, *arguments, "--record", record)
    again, code = asked(server, *arguments, "--from", record, "--offline")

    assert {k: (v["status"], v["why"]) for k, v in live.items()} == {
        k: (v["status"], v["why"]) for k, v in again.items()
    }
    assert 1 == code
