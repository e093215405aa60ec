"""Plans in Russian: the same decisions and data, every sentence said; a saved plan speaks its reader's language."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from typing import Any

import pytest

from mailsetup.model.language import speak
from mailsetup.model.plan import Plan
from mailsetup.model.profile import Kind, Profile
from mailsetup.planning.saved import document, dumps, loads
from mailsetup.profiles import load, profile_ids
from mailsetup.profiles.dns_hosts import dns_hosts
from mailsetup.run.language import catalogue, use
from tests.plan.planning import planned

from .english import left_in

BEFORE = """
    example.com. 3600 MX 10 mail.oldhost.net.
    example.com. TXT "v=spf1 ip4:198.51.100.0/24 mx -all"
    example.com. TXT "unrelated"
    example.com. A 93.184.216.34
    _dmarc.example.com. TXT "v=DMARC1; p=none; pct=50"
"""
WORLDS = {
    "broken SPF": 'example.com. TXT "v=spf1 a:x include:gone.example +all foo -all"\nexample.com. TXT "v=spf1 -all"',
    "unknown": "example.com. MX 10 mail.oldhost.net.\n_dmarc.example.com. TIMEOUT\ngoogle._domainkey.example.com. SERVFAIL",
    "no mail": "example.com. MX 0 .",
    "two DMARC": '_dmarc.example.com. TXT "v=DMARC1; p=reject"\n_dmarc.example.com. TXT "v=DMARC1; p=none"',
    "an alias": "example.com. CNAME other.example.\nother.example. A 192.0.2.1",
}
WISHES: dict[str, dict[str, Any]] = {
    "switch": {"reports_to": ("postmaster@example.com",), "dmarc_goal": "reject"},
    "no mail": {"no_mail": True},
    "strict": {"strict_alignment": True, "spf_all": "-", "reports_to": ("a@b.example",)},
    "transport": {"mta_sts": True, "tls_reports_to": ("a@example.com",)},
    "transport hosted": {"mta_sts": True, "mta_sts_host": "web.example.net"},
    "leave": {"leave": ("fastmail",), "keep_mx": True},
}
PLANNABLE = [p for p in map(load, profile_ids()) if p.plannable]


@pytest.fixture(autouse=True)
def english_afterwards() -> Iterator[None]:
    yield
    speak(None)


NAMES = [*WISHES, *(f"{name}, {wish}" for name in WORLDS for wish in WISHES)]


@cache
def worlds() -> dict[str, Plan]:
    """Plans for many situations, made with English spoken."""
    made = {
        f"{name}, {wish}": planned(text, **WISHES[wish]) for name, text in WORLDS.items() for wish in WISHES
    }
    return made | {wish: planned(BEFORE, **WISHES[wish]) for wish in WISHES}


def in_russian() -> None:
    speak(catalogue("ru"))


def rendered(plan: Plan) -> dict[str, str]:
    """The plan in every form that says sentences."""
    return {
        form: import_module(f"mailsetup.planning.renderers.{form}").render(plan)
        for form in ("table", "steps", "bind", "octodns", "dnscontrol", "terraform", "csv")
    }


def decisions(plan: Plan) -> list[Any]:
    """What is done, without the sentences about it."""
    changes = [
        (c.action, c.owner, c.rdtype, c.ttl, c.before, c.after, c.phase, c.purpose) for c in plan.changes
    ]
    return [changes, [(p.number, p.id, p.earliest, p.wait_seconds) for p in plan.phases]]


def english_in(plan: Plan) -> dict[str, list[str]]:
    whole = {form: " ".join(text.split()) for form, text in rendered(plan).items()}  # names may be folded
    return {form: found for form, text in whole.items() if (found := left_in(text))}


@pytest.mark.parametrize("name", NAMES)
def test_no_plan_leaves_an_english_sentence(name: str) -> None:
    in_russian()

    assert {} == english_in(worlds()[name])


@pytest.mark.parametrize("profile", PLANNABLE, ids=[p.id for p in PLANNABLE])
def test_every_provider_is_planned_in_russian_with_the_same_decisions(profile: Profile) -> None:
    wanted: dict[str, Any] = {"provider": profile.id}
    if profile.kind is Kind.SENDER:
        wanted = {"senders": (profile.id,)}
    english = planned(BEFORE, **wanted)
    in_russian()
    russian = planned(BEFORE, **wanted)

    assert decisions(english) == decisions(russian)
    assert {} == english_in(russian)


@pytest.mark.parametrize("host", dns_hosts(), ids=lambda h: h.id)
def test_the_click_path_of_every_dns_host_is_russian(host: Any) -> None:
    """
    The panel's own words, the names of menus and buttons, stay as they stand there.
    """
    in_russian()
    steps = import_module("mailsetup.planning.renderers.steps").render
    own = {word for word in (*host.path, *map(str, host.labels.values())) if " " in word}
    said = " ".join(steps(worlds()["switch"], host=host).split())
    for word in sorted(own, key=len, reverse=True):
        said = said.replace(word, "*")

    assert [] == left_in(said)


@pytest.mark.parametrize("writer, reader", [("ru", "en"), ("en", "ru"), ("ru", "ru")])
@pytest.mark.parametrize("name", NAMES)
def test_a_saved_plan_speaks_the_language_of_its_reader(name: str, writer: str, reader: str) -> None:
    plan = worlds()[name]
    use(reader)
    expected = rendered(plan)
    use(writer)
    saved = dumps(plan)
    use(reader)

    assert expected == rendered(loads(saved))


def test_a_saved_plan_keeps_its_words_for_machines() -> None:
    def skeleton(value: Any) -> Any:
        if isinstance(value, dict):
            told = ("reason", "title", "why_then", "closes_when", "blocked_by", "notes", "advice", "messages")
            return {k: skeleton(v) for k, v in value.items() if k not in told}
        return [skeleton(v) for v in value] if isinstance(value, list) else value

    plan = worlds()["switch"]
    english = json.loads(json.dumps(document(plan)))
    in_russian()
    russian = json.loads(json.dumps(document(plan)))

    assert skeleton(english) == skeleton(russian)
    assert english["notes"] != russian["notes"]
