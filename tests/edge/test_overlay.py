"""Sources on top of one another answer as one world."""

import asyncio

from mailsetup.edge.overlay import Overlay, Planned, Recording
from mailsetup.edge.source import then, unasked
from mailsetup.edge.zone_file import ZoneFile
from mailsetup.model.dns import MX, TXT, DnsAnswer, DnsQuestion, Outcome, WebQuestion

TOP = """
$TTL 300
@ SOA ns1 h 1 2 3 4 60
@ NS ns1
www CNAME host.example.net.
loop CNAME loop.example.net.
mail A 192.0.2.1
sub NS ns.sub
*.wild MX 10 mail
"""
BELOW = """
$TTL 200
@ SOA ns1 h 1 2 3 4 60
@ NS ns1
host A 192.0.2.9
back CNAME mail.example.com.
loop CNAME loop.example.com.
"""
WILD = """
$TTL 300
@ SOA ns1 h 1 2 3 4 60
* TXT "anything"
_mta-sts TXT "v=STSv1; id=1"
autodiscover CNAME elsewhere.example.org.
plain TXT "one"
plain A 192.0.2.7
"""


def pair():
    return Overlay(ZoneFile.of(TOP, "example.com"), ZoneFile.of(BELOW, "example.net"))


class Later:
    """A source that answers only in the next turn of the loop, as a network does."""

    description = "later"

    def __init__(self, below):
        self.below = below

    def ask(self, question):
        loop = asyncio.get_running_loop()
        future = loop.create_future()
        loop.call_soon(lambda: future.set_result(self.below.ask(question)))
        return future

    async def close(self):
        await self.below.close()


def asked(source, name, rdtype, server=""):
    """The answer at once and the answer in time, which are the same."""
    return source.ask(DnsQuestion(name, rdtype, server))


def in_time(source, name, rdtype):
    async def run():
        pending = source.ask(DnsQuestion(name, rdtype))
        return pending if isinstance(pending, tuple) else await pending

    return asyncio.run(run())


def test_a_chain_goes_on_in_the_other_source():
    """An alias that leaves the zone is followed below, and back again."""
    out = asked(pair(), "www.example.com", "A")
    back = asked(pair(), "back.example.net", "A")

    assert (out.records, out.aliases, out.ttl) == (("192.0.2.9",), ("host.example.net",), 200)
    assert (back.records, back.aliases, back.ttl) == (("192.0.2.1",), ("mail.example.com",), 200)


def test_a_chain_between_two_sources_ends():
    """Aliases that point at each other across sources are a loop, not a hang."""
    answer = asked(pair(), "loop.example.com", "A")

    assert answer.outcome == Outcome.SERVFAIL
    assert len(answer.aliases) <= 17


def test_what_the_top_denies_is_not_asked_below():
    """The zone is the world for its names: absence there is absence."""
    below = Recording(ZoneFile.of(BELOW, "example.net"))
    both = Overlay(ZoneFile.of(TOP, "example.com"), below)

    assert asked(both, "no.example.com", "A").outcome == Outcome.NO_NAME
    assert asked(both, "mail.example.com", "A", "192.0.2.1").outcome == Outcome.UNASKED
    assert below.answers == {}
    assert asked(both, "x.sub.example.com", "A").outcome == Outcome.UNASKED
    assert list(below.answers) == [DnsQuestion("x.sub.example.com", "A")]


def test_answers_in_time_are_the_answers_at_once():
    """A source that takes its time changes nothing but the time."""
    late = Overlay(ZoneFile.of(TOP, "example.com"), Later(ZoneFile.of(BELOW, "example.net")))
    later = Planned({("host.example.net", "TXT"): (TXT.of("x"),)}, late)
    once = Planned({("host.example.net", "TXT"): (TXT.of("x"),)}, pair())

    for name in (
        "www.example.com",
        "back.example.net",
        "loop.example.com",
        "host.example.net",
        "no.example.net",
    ):
        for rdtype in ("A", "TXT", "MX"):
            assert asked(once, name, rdtype) == in_time(later, name, rdtype)


def test_planned_records_replace_their_set():
    """A set is replaced whole, an empty one is gone, other types stay."""
    mx = (MX(1, "new.example.net"),)
    source = Planned({("example.com", "MX"): mx, ("mail.example.com", "A"): ()}, pair())

    assert asked(source, "example.com", "MX").records == mx
    assert asked(source, "example.com", "SOA").found
    assert asked(source, "mail.example.com", "A").outcome == Outcome.NO_DATA
    assert asked(source, "back.example.net", "A").outcome == Outcome.NO_DATA


def test_a_name_that_gets_records_exists_and_so_do_its_parents():
    """NXDOMAIN at or above a planned name would deny what the plan publishes (RFC 8020)."""
    source = Planned({("s1._domainkey.example.com", "TXT"): (TXT.of("v=DKIM1; p="),)}, pair())

    assert asked(source, "s1._domainkey.example.com", "A").outcome == Outcome.NO_DATA
    assert asked(source, "_domainkey.example.com", "A").outcome == Outcome.NO_DATA
    assert asked(source, "s2._domainkey.example.com", "A").outcome == Outcome.NO_NAME


def test_removing_what_is_not_there_creates_nothing():
    """An empty set at a name that does not exist leaves it so."""
    source = Planned({("no.example.com", "TXT"): ()}, pair())

    assert asked(source, "no.example.com", "TXT").outcome == Outcome.NO_NAME
    assert asked(source, "no.example.com", "A").outcome == Outcome.NO_NAME


def test_a_planned_alias_answers_every_type():
    """A CNAME takes the whole name with it; its target is asked below."""
    source = Planned({("example.com", "CNAME"): ("host.example.net",)}, pair())

    assert asked(source, "example.com", "A").records == ("192.0.2.9",)
    assert asked(source, "example.com", "MX").outcome == Outcome.NO_DATA
    assert asked(source, "example.com", "A").aliases == ("host.example.net",)


def test_a_removed_alias_leads_nowhere():
    """What was only there through the alias is gone with it."""
    source = Planned({("www.example.com", "CNAME"): (), ("www.example.com", "TXT"): (TXT.of("x"),)}, pair())

    assert asked(source, "www.example.com", "A").outcome == Outcome.NO_DATA
    assert asked(source, "www.example.com", "TXT").found


def test_records_of_its_own_take_a_name_from_the_wildcard():
    """A wildcard answers only for names that do not exist (RFC 4592 section 2.2.1)."""
    source = Planned({("a.wild.example.com", "TXT"): (TXT.of("x"),)}, pair())

    assert asked(source, "a.wild.example.com", "MX").outcome == Outcome.NO_DATA
    assert asked(source, "b.wild.example.com", "MX").found


def test_a_name_that_begins_to_exist_hides_the_wildcard_from_everything_below():
    """
    A key at s._domainkey makes _domainkey exist, and no wildcard above answers beside it (RFC 4592 section 2.2.1).
    """
    wild = ZoneFile.of(WILD, "example.com")
    source = Planned({("s._domainkey.example.com", "TXT"): (TXT.of("k"),)}, wild)

    assert ["k"] == [r.text for r in asked(source, "s._domainkey.example.com", "TXT").records]
    assert asked(source, "_domainkey.example.com", "TXT").outcome == Outcome.NO_DATA
    assert asked(source, "other._domainkey.example.com", "TXT").outcome == Outcome.NO_NAME
    assert asked(source, "other.example.com", "TXT").found
    assert in_time(Planned(source.records, Later(wild)), "other._domainkey.example.com", "TXT").absent


def test_a_name_that_goes_is_answered_by_the_wildcard_again():
    """
    Where an alias or a service's text was all there was, the wildcard above speaks (RFC 4592 section 2.2.1).
    """
    wild = ZoneFile.of(WILD, "example.com")
    gone = {
        ("_mta-sts.example.com", "TXT"): (),
        ("autodiscover.example.com", "CNAME"): (),
        ("plain.example.com", "TXT"): (),
    }
    source = Planned(gone, wild)

    assert ["anything"] == [r.text for r in asked(source, "_mta-sts.example.com", "TXT").records]
    assert ["anything"] == [r.text for r in asked(source, "autodiscover.example.com", "TXT").records]
    assert asked(source, "autodiscover.example.com", "A").outcome == Outcome.NO_DATA
    assert asked(source, "plain.example.com", "TXT").outcome == Outcome.NO_DATA
    assert in_time(Planned(gone, Later(wild)), "_mta-sts.example.com", "TXT").found


def test_planned_records_have_the_ttl_that_is_planned_for_them():
    """A set with a TTL of its own has it, any other the usual one."""
    sets = {("example.com", "MX"): (MX(1, "new.example.net"),), ("example.com", "TXT"): (TXT.of("x"),)}
    source = Planned(sets, pair(), 900, {("example.com", "TXT"): 604800})

    assert [900, 604800] == [asked(source, "example.com", t).ttl for t in ("MX", "TXT")]


def test_unknown_stays_unknown_under_a_plan():
    """A time-out below is not turned into absence by a record of another type."""

    class Silent:
        description = "silent"

        def ask(self, question):
            return DnsAnswer(Outcome.TIMEOUT)

        async def close(self):
            pass

    source = Planned({("example.com", "MX"): (MX(1, "a.example"),)}, Silent())

    assert asked(source, "example.com", "TXT").outcome == Outcome.TIMEOUT


def test_a_recording_remembers_what_was_asked():
    """Everything passed on is kept, whether it came at once or in time."""
    source = Recording(Later(pair()))
    answer = in_time(source, "www.example.com", "A")

    assert source.answers == {DnsQuestion("www.example.com", "A"): answer}


def test_other_questions_pass_through():
    """A zone knows no web server; nothing is made up."""
    assert pair().ask(WebQuestion("https://example.com/")).outcome == Outcome.UNASKED
    assert Planned({}, pair()).ask(WebQuestion("https://example.com/")).outcome == Outcome.UNASKED


def test_a_fault_of_a_source_reaches_who_asked():
    """An exception is ours to see, it does not leave a question hanging."""

    async def run():
        future = asyncio.get_running_loop().create_future()
        chained = then(future, lambda a: unasked(DnsQuestion("x", "A")))
        future.set_exception(RuntimeError("broken"))
        try:
            await chained
        except RuntimeError as fault:
            return str(fault)

    assert asyncio.run(run()) == "broken"
