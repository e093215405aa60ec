"""Whatever single answer is missing: no plan deletes, overwrites or doubles a record because of it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest

from mailsetup.edge.overlay import Recording
from mailsetup.grammar.dmarc import is_dmarc
from mailsetup.grammar.spf import is_spf
from mailsetup.model.dns import TXT, Answer, DnsAnswer, DnsQuestion, Outcome, Question, Rdata
from mailsetup.model.plan import Action, Plan
from mailsetup.planning.edits import identity
from mailsetup.planning.saved import dumps, loads
from mailsetup.planning.state import final_records
from mailsetup.planning.undo import undo
from mailsetup.run import plan as run_plan
from mailsetup.run.plan import PlanOptions
from tests.plan.planning import GOOGLE, KEY, MICROSOFT, PROVIDERS, answers_for, planned, replanned
from tests.real_world import RealWorld, profiles
from tests.zones import AS_OF, world

SILENCES = (Outcome.TIMEOUT, Outcome.SERVFAIL, Outcome.REFUSED)
EVERY = 1500

BUSY = f"""
    example.com. 3600 MX 1 smtp.google.com.
    example.com. TXT "v=spf1 include:_spf.google.com include:servers.mcsv.net a:relay.example.com ~all"
    example.com. TXT "google-site-verification=abc"
    example.com. A 93.184.216.34
    relay.example.com. A 198.51.100.7
    google._domainkey.example.com. TXT "v=DKIM1; k=rsa; p={KEY[:200]}" "{KEY[200:]}"
    k2._domainkey.example.com. CNAME dkim2.mcsv.net.
    selector1._domainkey.example.com. TXT "v=DKIM1; k=rsa; p={KEY[:200]}" "{KEY[200:]}"
    _dmarc.example.com. TXT "v=DMARC1; p=quarantine; rua=mailto:d@example.com"
    autodiscover.example.com. CNAME autodiscover.old.example.net.
    autodiscover.old.example.net. A 198.51.100.9
"""
MOVES = {
    "busy": (BUSY, {"provider": "microsoft-365", "settings": MICROSOFT, "leave": ("google-workspace",)}),
    "wild": (
        '*.example.com. TXT "v=spf1 -all"\nexample.com. MX 10 mx.old.net.\nexample.com. TXT "v=spf1 redirect=_spf.old.net"\n'
        '_spf.old.net. TXT "v=spf1 ip4:198.51.100.0/24 ~all"',
        {"provider": "google-workspace", "settings": GOOGLE, "replace_mx": True},
    ),
    "parked": (BUSY, {"no_mail": True}),
    "two spf": (
        'example.com. TXT "v=spf1 a -all"\nexample.com. TXT "v=spf1 mx ~all"\nexample.com. A 198.51.100.1',
        {
            "provider": "google-workspace",
            "settings": GOOGLE,
            "senders": ("mailchimp",),
            "leave": ("zoho-mail",),
        },
    ),
}


def stands(answers: Mapping[Question, Answer], owner: str, rdtype: str) -> set[object]:
    """What truly stands at a name; a wildcard's answer is nobody's record."""
    answer = answers.get(DnsQuestion(owner, rdtype))
    assert isinstance(answer, DnsAnswer)
    own = answer.found and not (answer.aliases and rdtype != "CNAME")
    return set(map(identity, answer.records)) if own else set()


def doubled(records: tuple[Rdata, ...]) -> bool:
    """Two records of which receivers want one."""
    texts = [r.text for r in records if isinstance(r, TXT)]
    return sum(map(is_spf, texts)) > 1 or sum(map(is_dmarc, texts)) > 1 or len(set(texts)) < len(texts)


def harm(base: Plan, plan: Plan, answers: Mapping[Question, Answer], *, wild: bool) -> list[str]:
    """What a plan would take away or double that the plan made with every answer does not."""
    found = []
    goal = final_records(base)
    for (owner, rdtype), records in final_records(plan).items():
        true = stands(answers, owner, rdtype)
        first = next(
            c
            for c in plan.changes
            if (c.owner, c.rdtype) == (owner, rdtype) and c.action is not Action.WAITING
        )
        if set(map(identity, first.before)) != true and not (wild and not first.before):
            found.append(f"{owner} {rdtype}: takes {first.before} for what stands there")
        kept = set(map(identity, goal.get((owner, rdtype), ()))) if (owner, rdtype) in goal else true
        lost = (true & kept) - set(map(identity, records))
        if lost:
            found.append(f"{owner} {rdtype}: loses {lost}")
        if doubled(records):
            found.append(f"{owner} {rdtype}: doubled {records}")
    return found


@pytest.mark.parametrize("name", MOVES)
def test_a_missing_answer_never_costs_a_record(name: str) -> None:
    """
    Each answer in turn becomes a time-out, SERVFAIL and REFUSED.
    """
    text, options = MOVES[name]
    request, answers = answers_for(text, PlanOptions(**options))
    base = replanned(request, answers)
    assert [] == harm(base, base, answers, wild=name == "wild")

    for question in answers:
        for outcome in SILENCES:
            plan = replanned(request, {**answers, question: DnsAnswer(outcome)})
            assert [] == harm(base, plan, answers, wild=name == "wild"), f"{outcome} for {question}"


def test_with_every_answer_missing_a_plan_writes_nothing() -> None:
    """
    Everything waits.
    """
    text, options = MOVES["busy"]
    request, answers = answers_for(text, PlanOptions(**options))
    plan = replanned(request, {q: DnsAnswer(Outcome.TIMEOUT) for q in answers})

    assert {Action.WAITING} == {c.action for c in plan.changes}


class Silenced:
    """A world whose answer to one question is replaced."""

    description = "silenced"

    def __init__(self, below: Any, question: Question, outcome: Outcome) -> None:
        self.below, self.question, self.outcome = below, question, outcome

    def ask(self, question: Question) -> Answer:
        """The world's answer, or silence."""
        return DnsAnswer(self.outcome) if question == self.question else self.below.answer(question)

    async def close(self) -> None:
        """Nothing is open."""


SHARED = """
    example.com. MX 10 mx1.mailchannels.net.
    example.com. MX 10 mx2.mailchannels.net.
    example.com. TXT "v=spf1 include:spf.protection.outlook.com include:secureserver.net ~all"
    autodiscover.example.com. CNAME autodiscover.outlook.com.
    selector1._domainkey.example.com. CNAME selector1-example-com._domainkey.contoso.onmicrosoft.com.
"""


@pytest.mark.parametrize("name", ["shared", "busy"])
def test_recognition_with_a_missing_answer_never_costs_a_record(name: str) -> None:
    """
    Who is in front and who else needs a record is not known then, so nothing goes.
    """
    text = SHARED if name == "shared" else BUSY
    leave = ("microsoft-365",) if name == "shared" else ("mailchimp",)
    options = PlanOptions(provider="google-workspace", settings=GOOGLE, leave=leave, predict=False)
    fragment = world(text + PROVIDERS)
    _, answers = answers_for(text, options)
    for domain_question in (("example.com", "NS"), ("autodiscover.example.com", "CNAME")):
        answers.setdefault(DnsQuestion(*domain_question), fragment.answer(DnsQuestion(*domain_question)))
    base = asyncio.run(
        run_plan.plan("example.com", options, Silenced(fragment, DnsQuestion("", ""), SILENCES[0]), AS_OF)
    )

    for question in answers:
        for outcome in SILENCES[:2]:
            source = Silenced(fragment, question, outcome)
            plan = asyncio.run(run_plan.plan("example.com", options, source, AS_OF))
            assert [] == harm(base, plan, answers, wild=False), f"{outcome} for {question}"


async def _through(world: RealWorld, domain: str, options: PlanOptions) -> tuple[Plan, Any]:
    from mailsetup.edge.drive import drive

    plan = await run_plan.plan(domain, options, world, AS_OF)
    return plan, await drive(undo(plan, AS_OF), world)


@pytest.mark.slow
@pytest.mark.parametrize(
    "options",
    [
        PlanOptions(provider="google-workspace", settings={"dkim_key": KEY}, predict=False),
        PlanOptions(
            provider="microsoft-365", leave=("google-workspace",), senders=("sendgrid",), predict=False
        ),
        PlanOptions(no_mail=True, predict=False),
    ],
    ids=["google", "microsoft", "parked"],
)
def test_real_domains_are_planned_without_a_crash_and_never_doubled(options: PlanOptions) -> None:
    """
    And every such plan is saved without loss.
    """
    world = RealWorld(list(profiles())[::EVERY])
    for domain in world.domains:
        plan, way = asyncio.run(_through(world, domain, options))
        assert plan == loads(dumps(plan)), domain
        assert () == way.refused, domain
        for (owner, rdtype), records in final_records(plan).items():
            changed = any(
                c.action not in (Action.KEEP, Action.WAITING) and c.purpose in ("spf", "dmarc")
                for c in plan.changes
                if (c.owner, c.rdtype) == (owner, rdtype)
            )
            assert not (changed and doubled(records)), f"{domain}: {owner} {rdtype} {records}"


@pytest.mark.slow
def test_silence_in_the_world_of_real_records_never_costs_one() -> None:
    """
    Each answer a real domain's plan was made of becomes SERVFAIL in turn.
    """
    world_ = RealWorld(list(profiles())[:: EVERY * 4])
    options = PlanOptions(
        provider="microsoft-365",
        replace_mx=True,
        leave=("google-workspace",),
        dmarc_goal="reject",
        predict=False,
    )
    tried = 0
    for domain in world_.domains:
        heard = Recording(world_)
        base = asyncio.run(run_plan.plan(domain, options, heard, AS_OF))
        answers = dict(heard.answers)
        for question in answers:
            plan = asyncio.run(run_plan.plan(domain, options, _Replaced(world_, question), AS_OF))
            assert [] == harm(base, plan, answers, wild=False), f"{domain}: {question}"
            tried += 1
    print(f"{tried} silenced answers over {len(world_.domains)} domains: no record lost or doubled")


class _Replaced(Silenced):
    """The same over a source."""

    def __init__(self, below: Any, question: Question) -> None:
        super().__init__(below, question, Outcome.SERVFAIL)

    def ask(self, question: Question) -> Answer:
        """The source's answer, or failure."""
        answer: Answer = DnsAnswer(self.outcome) if question == self.question else self.below.ask(question)
        return answer


def test_a_policy_that_could_not_be_read_may_be_in_force() -> None:
    """
    So the new provider may send only once it signs, as with a policy that was read.
    """
    text = 'example.com. MX 10 mail.old.net.\nexample.com. TXT "v=spf1 ip4:198.51.100.1 -all"\n'
    plan = planned(text + "_dmarc.example.com. SERVFAIL")
    keys, joint = (
        next(c for c in plan.changes if (c.owner, c.rdtype, c.purpose) == wanted)
        for wanted in (("google._domainkey.example.com", "TXT", "dkim"), ("example.com", "TXT", "spf"))
    )
    switch = next(p for p in plan.phases if p.id == "switch")

    assert keys.phase < joint.phase < switch.number
    assert any("could not be read, and it may refuse" in str(b) for b in switch.blocked_by)


def test_a_domain_whose_mail_hosts_could_not_be_read_is_not_closed_at_once() -> None:
    """
    It may be in use: nobody is shut out before the switch, which waits.
    """
    plan = planned('example.com. SERVFAIL MX\nexample.com. TXT "v=spf1 mx -all"', no_mail=True)
    switch = next(p.number for p in plan.phases if p.id == "switch")

    assert {switch} == {c.phase for c in plan.changes if c.purpose in ("spf", "dmarc", "mx")}


def test_a_key_that_cannot_be_read_waits_with_one_sentence():
    """
    Said once, with what to do.
    """
    plan = planned("example.com. MX 10 mail.oldhost.net. \n google._domainkey.example.com. TIMEOUT")
    waiting = [str(c.reason) for c in plan.changes if c.action is Action.WAITING and c.purpose == "dkim"]

    assert [1] == [reason.count("This waits") for reason in waiting]
    assert "run the plan again" in waiting[0]
