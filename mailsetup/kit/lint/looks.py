"""How signatures look, whoever they are of, and what sets one apart from its colleagues'."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from . import css, guess
from .around import Look, Signed
from .document import Document

PHONE = re.compile(r"\+?\d[\d ()\u00a0–-]{6,30}\d")
HOST = re.compile(r"(?<![\w@./-])(?:https?://)?(?:[\w-]{1,63}\.){1,5}[a-z]{2,20}\b(?!@)", re.IGNORECASE)
FIRM_FIELDS = ("company", "address")
"""What all colleagues of a firm have, or none."""


def look(d: Document) -> Look:
    """A signature's look: the kinds of its fields by where each first stands, first families, inks."""
    text = "\n".join(line for _, line in d.lines)
    places = {kind: at for kind, at in _places(d, text).items() if at >= 0}
    families: set[str] = set()
    inks: set[str] = set()
    for node in d.html.nodes if d.html is not None else ():
        for one in node.inline:
            if one.name == "font-family" and (names := css.families(one.value)):
                families.add(names[0])
            elif one.name == "color" and not node.hidden and (ink := css.color(one.value)):
                inks.add(ink)
    order = tuple(sorted(places, key=lambda kind: places[kind]))
    of_team = "company" in places and "\n" not in text[places.get("name", 0) : places["company"]]
    return Look(order, frozenset(families), frozenset(inks), of_team)


def _places(d: Document, text: str) -> dict[str, int]:
    """Where each kind of field first stands; -1 where it does not."""
    bare = guess.EMAIL.sub(lambda m: "_" * len(m[0]), text)
    mail, phone, site = guess.EMAIL.search(text), PHONE.search(guess.URL.sub(_blank, bare)), HOST.search(bare)
    first = next((m for m in re.finditer(r"[^\n]+", text) if m[0].strip(" -—–")), None)
    found = {
        "name": first.start() if first is not None else -1,
        "e-mail": mail.start() if mail else -1,
        "phone": phone.start() if phone else -1,
        "site": site.start() if site else -1,
    }
    if d.brand is not None:
        lower = text.lower()
        named = [lower.find(n.lower()) for n in (d.brand.name, *d.brand.name_local.texts.values()) if n]
        streets = [lower.find(s.lower()) for s in d.brand.address.street.texts.values() if s]
        found["company"] = min((at for at in named if at >= 0), default=-1)
        found["address"] = min((at for at in streets if at >= 0), default=-1)
    return found


def _blank(match: re.Match[str]) -> str:
    return "_" * len(match[0])


def signed(d: Document) -> Signed:
    """A signature as the others are compared with it; whose it is its first line says."""
    mail = guess.EMAIL.search(d.body)
    first = next((line for _, line in d.lines if line.strip(" -—–")), "")
    person = re.split(r"[,·|(—]", first)[0].strip().lower()
    local = mail[0].partition("@")[0].lower() if mail else ""
    name = d.path.replace("\\", "/").rpartition("/")[2].lower()
    return Signed(d.path, name.replace(local, "*") if local else name, person, local, d.locale, look(d))


def usual_looks(found: Iterable[Signed]) -> dict[str, Look]:
    """
    By path how most signatures of the same sort look; nothing where only one person signs so.

    Of one sort are files of one name, the person's part of it left out, else those of one folder; in one language.
    """
    every = list(found)
    names = Counter((one.sort, one.locale) for one in every)
    groups: dict[tuple[str, str], list[Signed]] = {}
    for one in every:
        alone = names[(one.sort, one.locale)] == 1
        groups.setdefault((_folder(one.path) if alone else one.sort, one.locale), []).append(one)
    usual: dict[str, Look] = {}
    for group in groups.values():
        mailboxes = [one.mailbox for one in group if one.mailbox]
        if len({one.person for one in group}) == len(group) > 1 and len(set(mailboxes)) == len(mailboxes):
            most = Counter(one.look for one in group).most_common(1)[0][0]
            usual |= {one.path: most for one in group}
    return usual


def _folder(path: str) -> str:
    """The folder of a path, and what its name ends in."""
    folder, _, name = path.replace("\\", "/").rpartition("/")
    return f"{folder}/{name.partition('.')[2]}"


def differences(one: Look, usual: Look) -> list[str]:
    """What sets a signature apart: ``order``, a field of the firm, ``fonts``, ``colours``; a missing phone does not."""
    both = set(one.fields) & set(usual.fields)
    if one.of_team or usual.of_team:
        both.discard("company")
    found = []
    if _in_order(one, both) != _in_order(usual, both):
        found.append("order")
    for field in FIRM_FIELDS:
        if (field in one.fields) != (field in usual.fields) and not (
            field == "company" and (one.of_team or usual.of_team)
        ):
            found.append(field)
    if not (one.families <= usual.families or usual.families <= one.families):  # a line has no heading's font
        found.append("fonts")
    if not (one.inks <= usual.inks or usual.inks <= one.inks):
        found.append("colours")
    return found


def _in_order(one: Look, of: set[str]) -> list[str]:
    return [field for field in one.fields if field in of]
