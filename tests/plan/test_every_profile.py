"""For every provider and sender: what is planned, once published, verifies and leaves nothing to plan."""

from __future__ import annotations

import asyncio

import pytest

from mailsetup.edge.overlay import Planned
from mailsetup.model.dns import Answer, Question, Rdata
from mailsetup.model.plan import Action, Plan
from mailsetup.model.profile import Kind, Parameter, Profile
from mailsetup.planning.saved import dumps, loads
from mailsetup.planning.state import final_records
from mailsetup.planning.verify import Verification
from mailsetup.profiles import load, profile_ids
from mailsetup.run.plan import PlanOptions, plan, undo_plan
from mailsetup.run.verify import verify
from tests.plan.planning import KEY, PROVIDERS
from tests.zones import AS_OF, ClosedWorld, world

BEFORE = """
    example.com. 3600 MX 10 mail.oldhost.net.
    example.com. TXT "v=spf1 ip4:198.51.100.0/24 -all"
    example.com. TXT "unrelated"
    example.com. A 93.184.216.34
"""


class Fragment:
    """A fragment as a source."""

    description = "fragment"

    def __init__(self, closed: ClosedWorld) -> None:
        self.closed = closed

    def ask(self, question: Question) -> Answer:
        """The fragment's answer."""
        return self.closed.answer(question)

    async def close(self) -> None:
        """Nothing is open."""


def value(parameter: Parameter) -> str:
    """A value the tenant might give."""
    if parameter.kind == "dkim-key":
        return KEY
    if parameter.kind == "dkim-record":
        return f"v=DKIM1; k=rsa; p={KEY}"
    return parameter.choices[0].value if parameter.choices else parameter.example


def options_for(profile: Profile) -> PlanOptions:
    """Everything the profile asks for; what a choice decides is left to it."""
    settings = {
        p.name: value(p) for p in profile.parameters if not p.decided_by and not p.default and value(p)
    }
    if profile.kind is Kind.SENDER:
        return PlanOptions(senders=(profile.id,), settings=settings, predict=False)
    return PlanOptions(provider=profile.id, settings=settings, predict=False)


PROFILES = [p for p in map(load, profile_ids()) if p.plannable]


@pytest.mark.parametrize("profile", PROFILES, ids=[p.id for p in PROFILES])
def test_what_is_published_verifies_and_leaves_nothing_to_plan(profile: Profile) -> None:
    """
    The second plan holds nothing but what is kept and what still waits; the way back leads to the beginning.
    """
    made, again, found, way = asyncio.run(_there_and_back(profile))
    left = [
        (c.action.value, c.owner, c.rdtype)
        for c in again.changes
        if c.action not in (Action.KEEP, Action.WAITING)
    ]
    wrong = [
        (i.change.owner, i.change.rdtype, str(i.message))
        for i in found.items
        if i.status.value not in ("right", "waiting")
    ]

    assert ([], []) == (left, wrong)
    assert {} == {t: r for t, r in final_records(way).items() if set(r) != set(_original(made, t))}
    assert made == loads(dumps(made))


def _original(made: Plan, target: tuple[str, str]) -> tuple[Rdata, ...]:
    return next(
        c.before for c in made.changes if (c.owner, c.rdtype) == target and c.action is not Action.WAITING
    )


async def _there_and_back(profile: Profile) -> tuple[Plan, Plan, Verification, Plan]:
    below = Fragment(world(BEFORE + PROVIDERS))
    options = options_for(profile)
    made = await plan("example.com", options, below, AS_OF)
    after = Planned(final_records(made), below, 3600)
    again, found = await plan("example.com", options, after, AS_OF), await verify(made, after, "all")
    return made, again, found, (await undo_plan(made, after, AS_OF)).plan
