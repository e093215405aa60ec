"""Which lists are asked: those worth asking, those named, those a key opens; and why the others are not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from mailsetup.model.blocklist import KEY_LABEL, Blocklist, KeyNeed, Kind, State, Weight
from mailsetup.model.dns import Outcome
from mailsetup.model.errors import UsageError
from mailsetup.model.message import Message, say
from mailsetup.profiles.blocklists import all_blocklists, blocklist_named, public_resolver
from mailsetup.walks.blocklist_proof import proof_questions

from .blocklist_keys import Keys, load_keys, variable

if TYPE_CHECKING:
    from mailsetup.edge.dns.live import Live

    from .sources import Opened

__all__ = [
    "Choice",
    "choose",
    "chosen_for_audit",
    "given_keys",
    "open_lists",
    "public_resolvers_of",
    "with_recorded",
]


class Choice(NamedTuple):
    """``lists`` in the order of weight and id, their zones with the stand-in for a key; ``not_asked`` with reasons."""

    lists: tuple[Blocklist, ...]
    not_asked: tuple[tuple[Blocklist, Message], ...] = ()


def given_keys(path: str | None = None) -> Keys:
    """The keys of file and environment for every list that has one."""
    return load_keys((one.key_name for one in all_blocklists().values() if one.key_name), path)


def public_resolvers_of(live: Live | None) -> tuple[str, ...]:
    """Whose public resolvers are asked, if nobody else is."""
    if live is None or not live.addresses:
        return ()
    names = [public_resolver(address.host) for address in live.addresses]
    return tuple(dict.fromkeys(names)) if all(names) else ()


def choose(
    wanted: Sequence[str] = (),
    skipped: Sequence[str] = (),
    *,
    all_lists: bool = False,
    keys: Keys | None = None,
    through: Sequence[str] = (),
    mail_addresses: bool = False,
) -> Choice:
    """
    The lists to ask: those ``wanted`` by id or zone, else the usual ones, or all live ones.

    ``through`` are the public resolvers in use, which some operators refuse; with ``mail_addresses`` the lists of
    mail addresses are among the usual ones. Raises `UsageError` for a
    list nobody knows, and when nothing is left to ask.
    """
    keys = keys or Keys()
    named = {one.id: one for one in map(blocklist_named, wanted)}
    without = {blocklist_named(name).id for name in skipped}
    pool: Iterable[Blocklist] = named.values() if named else _usual(keys, all_lists, mail_addresses)
    lists: list[Blocklist] = []
    not_asked: list[tuple[Blocklist, Message]] = []
    for one in pool:
        if one.id in without:
            continue
        reason = _obstacle(one, keys)
        if reason is None:
            lists.append(_prepared(one, keys, through))
        else:
            not_asked.append((one, reason))
    if not lists:
        raise UsageError(
            "; ".join(f"{one.id}: {reason}" for one, reason in not_asked)
            or say("--skip leaves no list to ask")
        )
    lists.sort(key=lambda one: (-one.weight.severity.rank, one.allows, one.id))
    return Choice(tuple(lists), tuple(not_asked))


def chosen_for_audit(keys: Keys, through: Sequence[str] = ()) -> tuple[Blocklist, ...]:
    """The usual lists, without those that serve registered resolvers only: their silence says nothing of a domain."""
    lists = choose(keys=keys, through=through).lists
    return tuple(one for one in lists if one.key_need is not KeyNeed.REGISTRATION)


def with_recorded(keys: Keys, opened: Opened) -> Keys:
    """
    The keys, and those with which a recording was made: it holds the stand-in, which stands for itself.

    So a recorded run says the same where nobody has the key.
    """
    if opened.live is not None:
        return keys
    values = dict(keys.values)
    for one in all_blocklists().values():
        if one.keyed_zone and one.key_name not in values:
            keyed = replace(one, zone=one.keyed_zone.replace("{key}", KEY_LABEL))
            answers = [opened.source.ask(q) for kind in one.tests for q in proof_questions(keyed, kind)]
            if any(isinstance(a, tuple) and a.outcome is not Outcome.UNASKED for a in answers):
                values[one.key_name] = KEY_LABEL
    return replace(keys, values=values)


def open_lists(opened: Opened, key_file: str | None = None) -> tuple[Blocklist, ...]:
    """
    The lists an audit asks; the source that was opened learns to ask them. Notes go beside its own.

    Keys are those of ``key_file`` and of the environment.
    """
    from .blocklist_source import ListSource

    keys = with_recorded(given_keys(key_file), opened)
    lists = chosen_for_audit(keys, public_resolvers_of(opened.live))
    opened.source = ListSource(opened.source, lists, keys.values)
    opened.notes.extend(keys.notes)
    return lists


def _usual(keys: Keys, all_lists: bool, mail_addresses: bool) -> list[Blocklist]:
    live = [one for one in all_blocklists().values() if one.state is State.LIVE]
    if all_lists:
        return live
    wanted = {Kind.EMAIL_HASH} if mail_addresses else set()
    return [one for one in live if one.default or _opened(one, keys) or wanted.intersection(one.kinds)]


def _opened(one: Blocklist, keys: Keys) -> bool:
    """Whether a key was given for a list that needs one and that some receivers count."""
    return (
        one.key_need is KeyNeed.REQUIRED and one.key_name in keys and one.weight is not Weight.INFORMATIONAL
    )


def _obstacle(one: Blocklist, keys: Keys) -> Message | None:
    if one.state is State.RETIRED:
        return say(
            "it ended ({since}) and is never asked; take it out of your configuration. {detail}",
            since=one.since,
            detail=one.note,
        )
    if one.state is State.WEB:
        return say("it is not in DNS; look there: {place}", place=one.lookup or one.note)
    if one.not_asked:
        return say("it was not asked, because {why}", why=one.not_asked)
    if one.keyed_zone and one.key_name in keys:
        return None
    if one.key_need is KeyNeed.REQUIRED or not one.zone:
        if one.key_name:
            return say(
                "it needs a subscriber's key: put it in the variable {variable} or in a key file",
                variable=variable(one.key_name),
            )
        return say("it is for subscribers only: {note}", note=one.refusal_note or one.note or one.removal)
    return None


def _prepared(one: Blocklist, keys: Keys, through: Sequence[str]) -> Blocklist:
    if one.keyed_zone and one.key_name in keys:
        return replace(one, zone=one.keyed_zone.replace("{key}", KEY_LABEL))
    if through and one.public_resolver == "blocked":
        return replace(one, withheld=_withheld(one, through))
    return one


def _withheld(one: Blocklist, through: Sequence[str]) -> str:
    advice = (
        say(
            "ask through a resolver of your own (--resolver), or with a key in {variable}",
            variable=variable(one.key_name),
        )
        if one.key_name
        else say("ask through a resolver of your own (--resolver)")
    )
    return str(
        say(
            "its operator refuses public resolvers, and {resolver} is one; {advice}",
            resolver=" and ".join(through),
            advice=str(advice),
        )
    )
