"""The tree of an SPF record: what it costs, where it ends, how many rounds it takes, and what is unknown."""

from __future__ import annotations

import time
import zlib
from collections.abc import Callable
from typing import Any

import pytest

from mailsetup.model.dns import TXT, Answer, DnsAnswer, DnsQuestion, Outcome, Question
from mailsetup.model.walk import Walk
from mailsetup.walks.spf_record import NearMiss, spf_record
from mailsetup.walks.spf_tree import End, SpfTree, spf_includes, spf_tree, spf_trees
from tests.real_world import RealWorld, profiles
from tests.spf_suite import read_without_address
from tests.zones import ClosedWorld, world


def rounds(walk: Walk[Any], zone: ClosedWorld) -> list[tuple[DnsQuestion, ...]]:
    """The batches a walk asks."""
    asked = []
    try:
        batch = next(walk)
        while True:
            asked.append(batch)
            batch = walk.send({q: zone.answer(q) for q in batch})
    except StopIteration:
        return asked


def tree(text: str) -> SpfTree:
    """The tree of example.com."""
    return world(text).read(spf_tree("example.com"))


def test_each_look_up_counts_once_wherever_it_stands() -> None:
    """
    include, a, mx, ptr, exists and redirect count; exp, addresses, MX hosts and what follows all do not.
    """
    found = tree("""
        example.com.    TXT  "v=spf1 ip4:192.0.2.1 a mx include:i.example.net redirect=r.example.net exp=e.example.net"
        i.example.net.  TXT  "v=spf1 ptr exists:%{i}.example.net -all a:never.example.net redirect=never.example.net"
        r.example.net.  TXT  "v=spf1 a:h.example.net ?all"
        example.com.    MX   10 h.example.net.
        h.example.net.  A    192.0.2.2
    """)

    assert found.lookups == 7
    assert tuple(child.name for child in found.children) == ("i.example.net", "r.example.net")
    assert found.heaviest().term.name == "include"  # type: ignore[union-attr]
    assert [term.term.name for _, term in found.undecided] == ["ptr", "exists"]
    assert found.complete


def test_void_look_ups_are_counted_for_each_address_family() -> None:
    """
    A host with only A is void for IPv6; a term counts once, however many hosts an mx has.
    """
    found = tree("""
        example.com.   TXT   "v=spf1 a:four.example.com a:both.example.com a:gone.example.com mx -all"
        four.example.com.  A     192.0.2.1
        both.example.com.  A     192.0.2.2
        both.example.com.  AAAA  2001:db8::2
        example.com.       MX    10 four.example.com.
        example.com.       MX    20 gone.example.com.
    """)

    assert [str(term.term) for _, term in found.voids(4)] == ["a:gone.example.com"]
    assert [str(t.term) for _, t in found.voids(6)] == ["a:four.example.com", "a:gone.example.com", "mx"]
    assert found.void_lookups == 3


def test_silence_is_neither_void_nor_missing() -> None:
    """
    A host that cannot be asked is not void, an include that cannot be asked does not lack a record.
    """
    found = tree("""
        example.com.       TXT  "v=spf1 a:slow.example.com include:slow.example.net -all"
        slow.example.com.  TIMEOUT
        slow.example.net.  SERVFAIL
    """)

    assert found.void_lookups == 0
    assert found.lookups == 2
    assert not found.complete
    assert End.UNKNOWN is found.children[0].ended_by
    assert (DnsQuestion("slow.example.net", "TXT"),) == found.unknown
    assert found.permerror is None


def test_a_fault_that_is_known_decides_whatever_else_is_unknown() -> None:
    """
    permerror stands when one include is faulty and another one silent.
    """
    found = tree("""
        example.com.       TXT  "v=spf1 include:slow.example.net include:bad.example.net -all"
        slow.example.net.  TIMEOUT
        bad.example.net.   TXT  "v=spf1 ipv4:192.0.2.1"
    """)

    assert found.permerror is True


@pytest.mark.parametrize(
    ("included", "end"),
    [
        ('i.example.net. TXT "v=spf1 -all"', End.RECORD),
        ('i.example.net. TXT "hello"', End.NONE),
        ("", End.NONE),
        ('i.example.net. TXT "v=spf1 -all"\ni.example.net. TXT "v=spf1 ~all"', End.SEVERAL),
        ('i.example.net. TXT "v=spf1 foo"', End.FAULTY),
        ("i.example.net. REFUSED", End.UNKNOWN),
        ("i.example.net. UNASKED", End.UNASKED),
    ],
)
def test_the_end_of_a_branch_says_why(included: str, end: End) -> None:
    """
    Each way an include can end is told apart.
    """
    found = tree(f'example.com. TXT "v=spf1 include:i.example.net -all"\n{included}')

    assert end is found.children[0].ended_by


@pytest.mark.parametrize(
    ("spec", "end"),
    [("example.com", End.LOOP), ("%{i}.example.net", End.MACRO), ("a..example.net", End.NAME)],
)
def test_some_names_are_never_asked(spec: str, end: End) -> None:
    """
    A name above in the tree, one that depends on the sender, and one that is none.
    """
    zone = world(f'example.com. TXT "v=spf1 include:{spec} -all"')

    assert end is zone.read(spf_tree("example.com")).children[0].ended_by
    assert len(rounds(spf_tree("example.com"), zone)) == 1


def test_a_level_is_asked_in_one_round_together_with_the_hosts_above_it() -> None:
    """
    Three rounds for a record with includes, a and mx; no question twice.
    """
    zone = world("""
        example.com.    TXT  "v=spf1 a mx include:i.example.net include:j.example.net -all"
        i.example.net.  TXT  "v=spf1 include:k.example.net -all"
        j.example.net.  TXT  "v=spf1 include:k.example.net -all"
        k.example.net.  TXT  "v=spf1 ip4:192.0.2.1 -all"
        example.com.    MX   10 h.example.com.
        h.example.com.  A    192.0.2.1
    """)
    batches = rounds(spf_tree("example.com"), zone)
    asked = [q for batch in batches for q in batch]

    assert len(batches) == 3
    assert len(set(asked)) == len(asked)
    assert len(rounds(spf_includes("example.com"), zone)) == 3


def test_fifty_includes_and_a_bush_of_them_stay_cheap() -> None:
    """
    The tree is bounded: 50 includes of 50 includes end at a named limit, in a moment.
    """
    text = "v=spf1 " + " ".join(f"include:n{i}.example.net" for i in range(50)) + " -all"
    answer = DnsAnswer(Outcome.FOUND, (TXT.of(text),))
    start = time.perf_counter()
    walk = spf_tree("example.com")
    batch = next(walk)
    try:
        while True:
            batch = walk.send({q: answer for q in batch})
    except StopIteration as end:
        found = end.value

    assert found.lookups > 50
    assert any(node.ended_by is End.LIMIT for node in found.nodes)
    assert time.perf_counter() - start < 2


def test_two_trees_grown_at_once_are_those_grown_apart() -> None:
    """
    Real SPF trees, some answers lost: each fact, and the questions it rests on, round by round.
    """
    place = RealWorld(list(profiles())[::24])
    with_hosts = without = lost = 0

    for n, domain in enumerate(place.domains):
        silent = n % 5 == 0

        def answer(question: Question, silent: bool = silent) -> Answer:
            gone = silent and zlib.crc32(str(question).encode()) % 4 == 0
            return DnsAnswer(Outcome.TIMEOUT) if gone else place.ask(question)

        apart = {walk: driven(walk(domain), answer) for walk in (spf_includes, spf_tree)}
        both, _ = driven(spf_trees(domain), answer)
        assert apart == both, domain
        with_hosts += both[spf_includes][0] is not both[spf_tree][0]
        without += both[spf_includes][0] is both[spf_tree][0]
        lost += bool(both[spf_tree][0].unknown)

    assert min(with_hosts, without, lost) > 5


def driven(walk: Walk[Any], answer: Callable[[Question], Answer]) -> tuple[Any, list[Any]]:
    """A walk's fact, and its rounds."""
    rounds: list[Any] = []
    try:
        batch = next(walk)
        while True:
            rounds.append(batch)
            batch = walk.send({q: answer(q) for q in batch})
    except StopIteration as end:
        return end.value, rounds


def test_near_misses_are_told_from_records() -> None:
    """
    A leading blank, a wrong version and Sender ID are no SPF records; a text that mentions SPF is nothing.
    """
    found = world("""
        example.com.  TXT  " v=spf1 -all"
        example.com.  TXT  "v=spf10 -all"
        example.com.  TXT  "spf2.0/pra -all"
        example.com.  TXT  "our spf is v=spf1"
    """).read(spf_record("example.com"))

    assert tuple(k for k, _ in found.near_misses) == (NearMiss.LEADING, NearMiss.VERSION, NearMiss.SENDER_ID)
    assert found.absent


def test_the_reading_without_an_address_agrees_with_the_rfc_7208_suite() -> None:
    """
    permerror or not, on every domain whose expected results agree.
    """
    read = list(read_without_address())
    wrong = [(name, want) for name, want, found in read if found.permerror is not (want == "permerror")]

    assert wrong == []
    assert len(read) == 171
