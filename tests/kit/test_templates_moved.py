"""The files of a move, and letters from a folder of the user's own."""

from __future__ import annotations

import dataclasses
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from mailsetup.kit import plain_text, templates
from mailsetup.kit.moved import Move, moved_files, timetable
from mailsetup.model.brand import Brand
from mailsetup.model.dns import TXT
from mailsetup.model.errors import InputError
from mailsetup.model.message import say
from mailsetup.model.plan import Action, Phase, Plan, RecordChange
from mailsetup.planning import saved
from mailsetup.run import kit_moved, kit_templates

from .letter_worlds import CATALOGUE, LAVISH, LOCALES

TODAY = date(2026, 12, 1)
DAY = datetime(2026, 12, 1, tzinfo=UTC)
MOVE = Move("fern@example.com", (("support", "support@fern.example"), ("sales", "sales@fern.example")))
STARTS = {
    "prepare": "2026-12-01T10:00:00Z",
    "authenticate": "2026-12-02T10:00:00Z",
    "switch": "2026-12-04T23:30:00Z",
    "retire": "2026-12-12T10:00:00Z",
    "enforce": "2027-01-12T10:00:00Z",
}


def a_plan(domain: str = "fern.example", **local: str) -> Plan:
    """A plan with the phases of a usual move."""
    nothing = say("-")
    phases = tuple(
        Phase(n, id, nothing, start, nothing, nothing, earliest_local=local.get(id, ""))
        for n, (id, start) in enumerate(STARTS.items(), 1)
    )
    return Plan(domain, "2026-12-01T10:00:00Z", (), (), phases)


def test_the_timetable_follows_the_phases() -> None:
    """
    Days of the plan where it has them, the rest counted from the switch; in order.
    """
    steps = timetable(a_plan(), None, TODAY)
    days = {step.key: step.day for step in steps}

    assert date(2026, 12, 4) == days["switch"]
    assert date(2026, 12, 11) == days["week"]
    assert date(2027, 1, 3) == days["month"]
    assert date(2027, 3, 4) == days["close"]
    assert [step.day for step in steps] == sorted(step.day for step in steps if step.day)


def test_the_owners_time_zone_decides_the_day() -> None:
    """
    Half an hour before midnight in UTC is the next day in Riga.
    """
    steps = timetable(a_plan(switch="2026-12-05T01:30:00+02:00"), None, TODAY)

    assert date(2026, 12, 5) == next(step.day for step in steps if step.key == "switch")


def test_without_a_plan_the_steps_have_an_order_and_no_days() -> None:
    """
    Nothing is invented.
    """
    steps = timetable(None, None, TODAY)

    assert ["prepare", "switch", "week", "month", "close"] == [step.key for step in steps]
    assert all(step.day is None for step in steps[1:])


@pytest.mark.parametrize("locale", LOCALES)
def test_a_move_has_all_its_files(locale: str) -> None:
    """
    Announcement, automatic reply, signature line, notice and timetable name both addresses and the day.
    """
    files = {
        path: data.decode() for path, data in moved_files(LAVISH, MOVE, a_plan(), locales=LOCALES, as_of=DAY)
    }
    names = {path.removeprefix("moved/").partition(".")[0] for path in files}
    until = {"en": "4 March 2027", "ru": "4 марта 2027 года"}[locale]
    notice = files[f"moved/notice-line.{locale}.txt"]

    assert {"announcement", "auto-reply", "timetable", "signature-line", "notice-line"} == names
    assert "support@fern.example" in notice and "fern@example.com" in notice and until in notice
    assert f"moved/auto-reply.{locale}.html" not in files
    assert until in files[f"moved/auto-reply.{locale}.txt"]
    assert [] == [
        line
        for path, text in files.items()
        if path.endswith(".txt") and "notice-line" not in path
        for line in text.splitlines()
        if plain_text.width(line) > plain_text.WIDTH
    ]


def test_a_saved_plan_makes_the_timetable(tmp_path: Path) -> None:
    """
    The file that ``plan --output`` writes; one for another domain is refused by name.
    """
    mine, other = tmp_path / "plan.json", tmp_path / "other.json"
    mine.write_text(saved.dumps(a_plan()), encoding="utf-8")
    other.write_text(saved.dumps(a_plan("else.example")), encoding="utf-8")
    moving = kit_moved.moving(LAVISH, None, moved_from=MOVE.old, plan=mine, today=TODAY)
    assert moving is not None
    files = dict(moving.files(LAVISH, TODAY))

    assert b"4 December: The switch" in files["moved/timetable.en.txt"]
    with pytest.raises(InputError, match=r"else\.example"):
        kit_moved.moving(LAVISH, None, moved_from=MOVE.old, plan=other, today=TODAY)


def own_folder(root: Path, text: str, id: str = "ours.hours") -> Brand:
    """A brand whose file lies beside a folder of templates."""
    from dataclasses import replace

    folder = root / "templates" / id
    folder.mkdir(parents=True)
    (folder / "template.toml").write_text('[variables]\nday = "date"\n', encoding="utf-8")
    (folder / "en.txt").write_text(text, encoding="utf-8")
    return replace(LAVISH, origin=str(root / "brand.toml"))


def test_own_templates_stand_beside_the_brand(tmp_path: Path) -> None:
    """
    One folder with one text is a template, and a model too.
    """
    text = '+++\nsubject = "Open on {{ day | date }}"\n[sample]\nday = 2026-12-24\n+++\nUntil noon.\n'
    brand = own_folder(tmp_path, text)
    found = kit_templates.catalogue_of(brand)
    made = templates.compose(found.get("ours.hours"), brand, found, locale="en")

    assert "Open on 24 December" == made.subject
    assert len(CATALOGUE.templates) + 1 == len(found.templates)


def test_a_pack_skips_the_locales_an_own_template_lacks(tmp_path: Path) -> None:
    """
    A template of one's own in one language does not stop a kit in two.
    """
    text = '+++\nsubject = "Open on {{ day | date }}"\n[sample]\nday = 2026-12-24\n+++\nUntil noon.\n'
    made = dict(kit_templates.letters_of(own_folder(tmp_path, text), as_of=DAY))

    assert "letters/ours/ours.hours.en.html" in made
    assert "models/ours/ours.hours.en.txt" in made
    assert "letters/ours/ours.hours.ru.html" not in made


def test_a_fault_in_an_own_template_is_told_before_anything_is_written(tmp_path: Path) -> None:
    """
    File and line, as soon as the catalogue is read.
    """
    brand = own_folder(tmp_path, '+++\nsubject = "A subject"\n+++\n{{ weekday }}\n')
    with pytest.raises(InputError, match=r"en\.txt:4: unknown variable"):
        kit_templates.catalogue_of(brand)


def test_a_text_in_another_encoding_is_named(tmp_path: Path) -> None:
    """
    With what to do.
    """
    brand = own_folder(tmp_path, "")
    (tmp_path / "templates" / "ours.hours" / "en.txt").write_bytes("Привет".encode("cp1251"))
    with pytest.raises(InputError, match=r"en\.txt: is not UTF-8"):
        kit_templates.catalogue_of(brand)


@pytest.mark.parametrize(("policy", "key"), [("quarantine", "quarantine"), ("reject", "enforce")])
def test_the_timetable_says_what_the_plan_asks_of_receivers(policy: str, key: str) -> None:
    """
    A step to quarantine is not told as a refusal.
    """
    plan = a_plan()
    record = TXT.of(f"v=DMARC1; p={policy}")
    change = RecordChange(Action.UPDATE, "_dmarc.fern.example", "TXT", 3600, (), (record,), say("-"), 5)
    steps = {step.key for step in timetable(dataclasses.replace(plan, changes=(change,)), None, TODAY)}

    assert {key} == steps & {"quarantine", "enforce"}
