"""Laws of the move: `kit build` tells everybody of new addresses, from the project file of the DNS plan."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from mailsetup.model.errors import InputError, UsageError
from mailsetup.planning import saved
from mailsetup.run.kit_build import Built, build_kit

from .test_templates_moved import a_plan

BRAND = """schema = 1
[brand]
name = "Fern & Co"
domain = "fern.example"
[colors]
primary = "#0f5b8c"
[locales]
available = ["en", "ru"]
[mail]
support = "support@fern.example"
sales = "sales@fern.example"
"""
PROJECT = """[domain]
name = "fern.example"
provider = "any"
[kit]
brand = "brand.toml"
[move]
from = "fern@example.com"
"""
BEFORE, WHILE, AFTER = date(2026, 12, 2), date(2026, 12, 20), date(2027, 1, 20)
PARTS = ("announcement", "auto-reply", "timetable", "signature-line", "notice-line")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a project file, a brand and one colleague; one works in it."""
    (tmp_path / "brand.toml").write_text(BRAND, encoding="utf-8")
    (tmp_path / "mailsetup.toml").write_text(PROJECT, encoding="utf-8")
    (tmp_path / "people.csv").write_text("name,email\nAnna Fern,anna@fern.example\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def planned(home: Path, domain: str = "fern.example", name: str = "plan.json") -> Path:
    """What ``plan --output`` leaves in the folder."""
    path = home / name
    path.write_text(saved.dumps(a_plan(domain)), encoding="utf-8")
    return path


def build(home: Path, day: date = WHILE, **wishes: object) -> Built:
    """Builds as the command does."""
    return build_kit(home / "brand.toml", None, home / "kit", day=day, force=True, **wishes)  # type: ignore[arg-type]


def read(home: Path, name: str) -> str:
    return (home / "kit" / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("locale", ["en", "ru"])
@pytest.mark.parametrize("part", PARTS)
def test_a_project_that_moves_gets_the_whole_move(home: Path, locale: str, part: str) -> None:
    """
    Announcement, automatic reply, signature line, notice and timetable, in every language of the brand.
    """
    planned(home)
    build(home, only="moved")

    assert "fern@example.com" in read(home, f"moved/notice-line.{locale}.txt")
    assert (home / "kit" / "moved" / f"{part}.{locale}.txt").is_file()


def test_the_timetable_follows_the_plan_beside_the_project_file(home: Path) -> None:
    """
    Its phases give the days; without a plan there are none, and the owner is told how to get them.
    """
    planned(home)
    build(home, only="moved")
    dated = read(home, "moved/timetable.en.txt")
    (home / "plan.json").unlink()
    notes = build(home, only="moved").notes

    assert "4 December: The switch" in dated
    assert "4 December" not in read(home, "moved/timetable.en.txt")
    assert any("plan.json" in note for note in notes)


def test_the_brands_own_mailboxes_are_the_new_addresses(home: Path) -> None:
    """
    Unless the project names others.
    """
    build(home, only="moved")
    mine = read(home, "moved/announcement.en.txt")
    with (home / "mailsetup.toml").open("a", encoding="utf-8") as file:
        file.write('to = { support = "help@fern.example", "Repairs" = "repairs@fern.example" }\n')
    build(home, only="moved")
    named = read(home, "moved/announcement.en.txt")

    assert "support@fern.example" in mine and "sales@fern.example" in mine
    assert "Repairs" in named and "repairs@fern.example" in named and "help@fern.example" in named
    assert "sales@fern.example" not in named


@pytest.mark.parametrize(("day", "there"), [(BEFORE, False), (WHILE, True), (AFTER, False)])
@pytest.mark.parametrize("locale", ["en", "ru"])
def test_signatures_carry_the_line_from_the_switch_for_thirty_days(
    home: Path, day: date, there: bool, locale: str
) -> None:
    """
    Before the switch nobody reads the new mailbox; after a month the line has done its work.
    """
    planned(home)
    build(home, day, only="signatures")
    base = f"signatures/people/anna/{locale}"
    line = {"en": "The old one is read until 4", "ru": "Старый"}[locale]

    for form in ("bar.html", "bar.gmail.html", "text.txt", f"outlook/anna-bar-{locale}.txt"):
        assert there is (line in read(home, f"{base}/{form}").replace("\n", " ")), form


def test_without_days_the_line_is_only_handed_over(home: Path) -> None:
    """
    Nobody knows when the switch is; the line lies beside the letters to be put in by hand.
    """
    build(home)

    assert "is read until" not in read(home, "signatures/people/anna/en/text.txt")
    assert "support@fern.example" in read(home, "moved/signature-line.en.txt")


def test_a_move_needs_no_project_file(home: Path) -> None:
    """
    The old address and the plan can be given with the command.
    """
    (home / "mailsetup.toml").unlink()
    plan = planned(home, name="other.json")
    build(home, only="moved", moved_from="old@example.com", plan=plan)

    assert "old@example.com" in read(home, "moved/notice-line.en.txt")
    assert "4 December: The switch" in read(home, "moved/timetable.en.txt")


def test_no_move_no_files(home: Path) -> None:
    """
    Nothing is said of a move that nobody asked for; asking for it says what is missing.
    """
    (home / "mailsetup.toml").write_text('[domain]\nname = "fern.example"\n', encoding="utf-8")
    build(home)

    assert not (home / "kit" / "moved").exists()
    with pytest.raises(UsageError, match="--moved-from"):
        build(home, only="moved")


def test_one_part_keeps_the_others(home: Path) -> None:
    """
    Letters built anew leave the move where it is, and the other way round.
    """
    build(home)
    build(home, only="letters")
    build(home, only="moved")

    assert all((home / "kit" / name).is_dir() for name in ("moved", "letters", "models", "signatures"))


@pytest.mark.parametrize(
    ("move", "said"),
    [
        ('from = "nonsense"', r"mailsetup\.toml: \[move\] from"),
        ('from = "a@example.com"\nuntil = "soon"', r"\[move\] until .*2027-03-01"),
        ('from = "a@example.com"\nuntil = 2026-01-01', r"\[move\] until 2026-01-01 is over"),
        ('from = "a@example.com"\npage = "javascript:alert(1)"', r"\[move\] page .*https://"),
        ('from = "a@example.com"\nto = { support = "x" }', r"\[move\.to\] support"),
        ('from = "a@example.com"\nto = "x"', r"\[move\] to"),
        ('from = "a@example.com"\nform = "x"', r"did you mean from"),
        ('to = { support = "s@fern.example" }', r"\[move\] needs from"),
        ('from = "a@example.com"\nplan = "gone.json"', r"gone\.json: cannot be read"),
        ('from = "a@example.com"\nto = { "a\\r\\nBcc" = "s@fern.example" }', r"\[move\.to\]"),
    ],
)
def test_a_fault_names_file_key_and_what_to_write(home: Path, move: str, said: str) -> None:
    """
    One sentence, and nothing is written.
    """
    (home / "mailsetup.toml").write_text(
        f'[domain]\nname = "fern.example"\n[move]\n{move}\n', encoding="utf-8"
    )
    with pytest.raises(InputError, match=said):
        build(home)

    assert not (home / "kit").exists()


def test_a_plan_for_another_domain_is_refused(home: Path) -> None:
    """
    By name, when it is asked for; one that only lies there is told apart too.
    """
    planned(home, "else.example")
    with pytest.raises(InputError, match=r"else\.example"):
        build(home)
