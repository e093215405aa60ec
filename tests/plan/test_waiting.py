"""Waiting asks the name servers first, and a resolver for a name only once all of them have it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from mailsetup.model.dns import Answer, DnsAnswer, DnsQuestion, Outcome, Question
from mailsetup.model.plan import Plan
from mailsetup.run.verify import Progress, Waited, Watch, wait_until
from tests.plan.planning import KEY, PROVIDERS, TOKEN, planned
from tests.zones import world

BEFORE = "example.com. 300 MX 10 mail.old.net."
AFTER = f"""
    example.com. 300 MX 1 smtp.google.com.
    example.com. TXT "v=spf1 include:_spf.google.com ~all"
    example.com. TXT "{TOKEN}"
    google._domainkey.example.com. TXT "v=DKIM1; p={KEY[:200]}" "{KEY[200:]}"
    _dmarc.example.com. TXT "v=DMARC1; p=reject"
"""
SERVERS = {"ns1.dns.test": "9.9.9.1:53", "ns2.dns.test": "149.112.112.2:53"}


class Servers:
    """Two name servers and a resolver, each with a world of its own that may change from round to round."""

    description = "two name servers and a resolver"

    def __init__(self, first: str, second: str, resolver: str) -> None:
        self.worlds = {"9.9.9.1:53": first, "149.112.112.2:53": second, "": resolver}
        self.log: list[DnsQuestion] = []
        self.time = 0.0
        self.later: dict[float, Callable[[], None]] = {}

    def ask(self, question: Question) -> Answer:
        """The answer of the one who is asked."""
        assert isinstance(question, DnsQuestion)
        self.log.append(question)
        text = self.worlds[question.server]
        if text == "SILENT":
            return DnsAnswer(Outcome.TIMEOUT)
        return world(text + PROVIDERS).answer(question._replace(server=""))

    async def close(self) -> None:
        """Nothing is open."""

    async def sleep(self, seconds: float) -> None:
        """Time passes, and what was to happen meanwhile happens."""
        self.time += seconds
        for moment in sorted(self.later):
            if moment <= self.time:
                self.later.pop(moment)()

    def wait(
        self, plan: Plan, seconds: float = 600, phase: int | str | None = "all", **options: Any
    ) -> tuple[Waited, list[Progress]]:
        """Waits, and what was shown meanwhile."""
        shown: list[Progress] = []
        watch = Watch(lambda: self, lambda: self.time, options.pop("sleep", self.sleep), shown.append)
        return asyncio.run(wait_until(plan, watch, seconds, phase)), shown


def test_it_ends_when_all_agree():
    """
    One round is enough when everything is there.
    """
    waited, _ = Servers(AFTER, AFTER, AFTER).wait(planned(BEFORE))

    assert (True, 1, 0) == (waited.complete, waited.rounds, waited.verification.exit_code)


def test_nobody_waits_here_for_reports():
    """
    With the policy at none everything else is there: it ends at once, and says that it is not complete.
    """
    watching = AFTER.replace("p=reject", "p=none")
    waited, _ = Servers(watching, watching, watching).wait(planned(BEFORE))

    assert (False, 1, 1) == (waited.complete, waited.rounds, waited.verification.exit_code)
    assert {"right", "waiting"} == {i.status.value for i in waited.verification.items}


def test_no_resolver_is_asked_for_a_name_before_all_name_servers_have_it():
    """
    Asked earlier it would remember the absence (RFC 2308 section 5).
    """
    servers = Servers(AFTER, BEFORE, AFTER)
    servers.wait(planned(BEFORE), 60)
    asked = {q.name for q in servers.log if not q.server and q.rdtype in ("MX", "TXT", "CNAME")}

    assert not asked & {"google._domainkey.example.com", "_dmarc.example.com"}


def test_it_goes_on_until_the_last_server_has_it():
    """
    The second server follows after twelve seconds.
    """
    servers = Servers(AFTER, BEFORE, AFTER)
    servers.later[12.0] = lambda: servers.worlds.update({"149.112.112.2:53": AFTER})
    waited, shown = servers.wait(planned(BEFORE))

    assert waited.complete
    assert waited.rounds > 1
    assert any(p.have == ("ns1.dns.test",) and p.lack == ("ns2.dns.test",) for p in shown)
    assert "everywhere" in str(shown[-1])


def test_a_resolver_with_an_old_answer_is_waited_for_with_an_estimate():
    """
    Its TTL says how long.
    """
    servers = Servers(AFTER, AFTER, AFTER.replace("1 smtp.google.com", "10 mail.old.net"))
    waited, shown = servers.wait(planned(BEFORE), 20)

    assert not waited.complete
    assert [300] == list({p.estimate for p in shown if p.rdtype == "MX"})
    [switch] = [i for i in waited.verification.items if i.change.rdtype == "MX" and i.change.purpose == "mx"]
    assert (
        "all name servers have it; this is an old answer, which resolvers may keep for 300 more seconds"
        == str(switch.message)
    )


def test_the_time_runs_out():
    """
    What is missing is in the result.
    """
    waited, _ = Servers(BEFORE, BEFORE, BEFORE).wait(planned(BEFORE), 30)

    assert (False, 1) == (waited.complete, waited.verification.exit_code)


def test_without_a_number_the_phase_that_is_due_is_the_one_waited_for():
    """
    It ends when that phase is there, and does not go on to the next one, which nobody has published.
    """
    plan = planned(BEFORE)
    proven = f'{BEFORE}\nexample.com. TXT "{TOKEN}"'
    servers = Servers(proven, BEFORE, proven)
    servers.later[12.0] = lambda: servers.worlds.update({"149.112.112.2:53": proven})
    waited, _ = servers.wait(plan, phase=None)

    assert ["prove"] == [p.id for p in plan.phases if p.number == waited.verification.phase_due]
    assert waited.complete
    assert servers.time < 60


def test_behind_a_firewall_it_is_the_same_phase_too():
    """
    The resolvers alone are asked, and their first view says which phase is due.
    """
    servers = Servers("SILENT", "SILENT", BEFORE)
    servers.later[12.0] = lambda: servers.worlds.update({"": f'{BEFORE}\nexample.com. TXT "{TOKEN}"'})
    waited, _ = servers.wait(planned(BEFORE), phase=None)

    assert waited.complete


def test_a_lower_ttl_is_waited_for_and_never_wrong():
    """
    The first phase of a plan lowers the TTL: until every name server has it, it is not there.
    """
    old = BEFORE.replace("300", "14400")
    servers = Servers(old, old, old)
    plan = planned(old)
    early, _ = servers.wait(plan, 20, phase=1)
    servers.later[servers.time + 12.0] = lambda: servers.worlds.update(
        {"9.9.9.1:53": BEFORE, "149.112.112.2:53": BEFORE}
    )
    waited, _ = servers.wait(plan, phase=1)

    assert "prepare" == plan.phases[0].id
    assert (False, 0) == (early.complete, early.verification.exit_code)
    assert waited.complete


def test_behind_a_firewall_the_resolvers_are_asked_and_their_limits_are_said():
    """
    Nobody outside answers.
    """
    waited, _ = Servers("SILENT", "SILENT", AFTER).wait(planned(BEFORE))

    assert waited.complete
    assert "could not be asked directly" in str(waited.verification.notes[0])


def test_one_silent_server_is_named_and_the_others_count():
    """
    It does not hold everything up.
    """
    waited, _ = Servers(AFTER, "SILENT", AFTER).wait(planned(BEFORE))

    assert waited.complete
    assert "ns2.dns.test" in str(waited.verification.notes[0])


def test_an_interrupt_leaves_a_summary():
    """
    The task is cancelled; what is known so far is returned.
    """

    async def interrupted(_: float) -> None:
        raise asyncio.CancelledError

    waited, _ = Servers(BEFORE, BEFORE, BEFORE).wait(planned(BEFORE), sleep=interrupted)

    assert (True, False) == (waited.interrupted, waited.complete)
    assert waited.verification.items


PROVED = f"""
    example.com. 300 MX 10 mail.old.net.
    example.com. TXT "{TOKEN}"
"""


def due_wait(servers: Servers, plan: Plan, seconds: float = 60, now: str = "2026-11-21T12:30:00Z") -> Waited:
    """Waiting for the phase that is due at a time, as the command does without ``--phase``."""
    watch = Watch(lambda: servers, lambda: servers.time, servers.sleep)
    return asyncio.run(wait_until(plan, watch, seconds, None, now=now))


def test_a_phase_whose_time_has_not_come_is_not_waited_for() -> None:
    """
    Its proof is published; the keys' time is an hour later.
    """
    waited = due_wait(Servers(PROVED, PROVED, PROVED), planned(BEFORE))

    assert (True, 1, 0) == (waited.complete, waited.rounds, waited.verification.exit_code)


def test_no_resolver_is_asked_for_a_name_that_is_not_due() -> None:
    """
    Nobody has published it yet: asked now, it would remember the absence.
    """
    servers = Servers(PROVED, PROVED, PROVED)
    due_wait(servers, planned(BEFORE))
    asked = {q.name for q in servers.log if not q.server and q.rdtype in ("MX", "TXT", "CNAME")}

    assert "example.com" in asked
    assert not asked & {"google._domainkey.example.com", "_dmarc.example.com"}


def test_a_resolver_is_judged_for_the_phase_that_the_name_servers_are_in() -> None:
    """
    It lacks the proof still; what belongs to later phases is none of its faults.
    """
    servers = Servers(PROVED, PROVED, BEFORE)
    servers.later[12.0] = lambda: servers.worlds.update({"": PROVED})
    waited = due_wait(servers, planned(BEFORE))

    assert waited.complete
    assert waited.rounds > 1


@pytest.mark.parametrize(
    ("there", "words"), [(True, "your resolvers have it"), (False, "not yet at your resolvers")]
)
def test_where_no_name_server_could_be_asked_nothing_is_said_of_them(there: bool, words: str) -> None:
    """
    A firewall leaves the resolvers: "everywhere" and "all name servers have it" would be guesses.
    """
    assert f"example.com TXT: {words}" == str(Progress("example.com", "TXT", (), (), there))
