"""Laws of ``kit init`` and ``kit build``: whole or not at all, and what is there already stays."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from mailsetup.model.errors import InputError, UsageError
from mailsetup.run.kit_brand import load_brand, load_people
from mailsetup.run.kit_build import build_kit
from mailsetup.run.kit_init import Given, create

from .firms import BRAND, DAY, PEOPLE, png

NO_ONE = None


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A folder with a brand, a logo, a photo and people."""
    (tmp_path / "assets").mkdir()
    (tmp_path / "assets" / "logo.png").write_bytes(png())
    (tmp_path / "assets" / "anna.png").write_bytes(png(200, 300))
    (tmp_path / "brand.toml").write_text(
        BRAND.replace("width = 140", 'width = 140\nfile = "assets/logo.png"'), encoding="utf-8"
    )
    (tmp_path / "people.csv").write_text(
        PEOPLE.replace("https://fern.example/mail/anna.png", "assets/anna.png"), encoding="utf-8-sig"
    )
    return tmp_path


def build(home: Path, **wishes: object) -> dict[str, str]:
    """Builds the signatures and gives a fingerprint of every file."""
    built = build_kit(home / "brand.toml", None, home / "kit", only="signatures", day=DAY, **wishes)  # type: ignore[arg-type]
    return fingerprints(built.folder)


def fingerprints(folder: Path) -> dict[str, str]:
    """Every file below a folder with the hash of what it holds."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_a_kit_holds_every_persons_files(home: Path) -> None:
    """
    By person and language, for every program, with pictures to host.
    """
    found = build(home)

    for name in (
        "signatures/index.html",
        "signatures/people/anna/en/install.html",
        "signatures/people/anna/ru/bar.gmail.html",
        "signatures/people/anna/ru/outlook/anna-bar-ru.rtf",
        "signatures/people/anna/en/outlook/anna_files/photo.png",
        "signatures/people/support/en/team.txt",
        "signatures/admin/exchange/transport-rule.ps1",
        "hosted/logo.png",
        "hosted/photos/anna.png",
        "hosted/cards/support.vcf",
        "hosted/qr/anna.png",
    ):
        assert name in found


def test_all_layouts_are_written_when_asked_for(home: Path) -> None:
    """
    Eleven layouts, each in its forms.
    """
    found = build(home, all_layouts=True)
    layouts = ["line", "bar", "logo-left", "logo-top", "photo", "card-qr", "banner", "team", "reply", "legal"]

    assert all(f"signatures/people/anna/en/{layout}.gmail.html" in found for layout in layouts)
    assert "signatures/people/anna/en/text.txt" in found


def test_the_same_input_gives_the_same_bytes(home: Path) -> None:
    """
    Twice, with one process or several.
    """
    assert build(home) == build(home, force=True) == build(home, force=True, workers=2)


def test_many_people_are_shared_among_processes(home: Path) -> None:
    """
    What several processes write is what one writes.
    """
    rows = "".join(f"p{n},Person {n},p{n}@fern.example\n" for n in range(70))
    (home / "people.csv").write_text("id,name,email\n" + rows, encoding="utf-8")

    assert build(home) == build(home, force=True, workers=2)


def test_nothing_is_overwritten_without_force(home: Path) -> None:
    """
    The second build is refused, and the first stays.
    """
    before = build(home)
    with pytest.raises(InputError, match="--force"):
        build(home)

    assert before == fingerprints(home / "kit")


def test_a_folder_that_is_not_a_kit_is_never_replaced(home: Path) -> None:
    """
    Not even with force.
    """
    (home / "kit").mkdir()
    (home / "kit" / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(InputError, match="not a kit"):
        build(home, force=True)

    assert (home / "kit" / "mine.txt").read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize(
    ("name", "data", "expected"),
    [
        ("people.csv", "id,name\na,Пётр\n".encode("cp1251"), "line 2"),
        ("people.csv", b"id,name,photo\na,A,assets/none.png\n", "none.png"),
        ("people.csv", b"id,name\na,A\na,B\n", "line 3"),
        ("brand.toml", BRAND.replace("primary", "primery").encode(), "primery"),
        ("assets/logo.png", b"no picture", "logo.png"),
        ("assets/logo.png", b"<svg onload='x()'/>", "onload"),
        ("brand.toml", BRAND.replace("until = 2027", "until = 2025").encode(), "until"),
    ],
)
def test_a_fault_leaves_earlier_output_as_it_was(home: Path, name: str, data: bytes, expected: str) -> None:
    """
    The sentence names the place; no file is new, half written or changed.
    """
    before = build(home)
    (home / name).write_bytes(data)
    around = sorted(path.name for path in home.iterdir())
    with pytest.raises(InputError) as fault:
        build(home, force=True)

    assert expected in str(fault.value)
    assert "\n" not in str(fault.value)
    assert before == fingerprints(home / "kit")
    assert around == sorted(path.name for path in home.iterdir())


def test_one_part_keeps_the_other(home: Path) -> None:
    """
    Building signatures alone leaves the letters of an earlier build.
    """
    build(home)
    (home / "kit" / "models").mkdir()
    (home / "kit" / "models" / "letter.txt").write_text("kept", encoding="utf-8")

    assert "models/letter.txt" in build(home, force=True)


def test_a_picture_behind_a_link_out_of_the_folder_is_refused(home: Path) -> None:
    """
    A link is followed before it is judged.
    """
    outside = home.parent / "outside.png"
    outside.write_bytes(png())
    (home / "assets" / "logo.png").unlink()
    try:
        (home / "assets" / "logo.png").symlink_to(outside)
    except OSError:
        pytest.skip("links cannot be made here")

    with pytest.raises(InputError, match="leads out"):
        load_brand(home / "brand.toml")


def test_a_layout_that_does_not_exist_is_a_usage_error(home: Path) -> None:
    """
    The sentence names those that do.
    """
    with pytest.raises(UsageError, match="logo-left"):
        build(home, layouts=["logo-lft"])


def test_with_nobody_to_ask_a_whole_sample_is_written(tmp_path: Path) -> None:
    """
    It says that it is one, and it can be built.
    """
    said = list(create(tmp_path, Given(), ask=NO_ONE, force=False))
    brand = load_brand(tmp_path)

    assert any("sample" in line for line in said)
    assert len(load_people(brand)) == 3
    assert build_kit(brand, None, tmp_path / "kit", only="signatures", day=DAY).people == 3


def test_the_project_file_gives_the_domain(tmp_path: Path) -> None:
    """
    A project in the folder is read, and nothing of the sample is mixed in.
    """
    (tmp_path / "mailsetup.toml").write_text('[domain]\nname = "blue-bird.example"\n', encoding="utf-8")
    list(create(tmp_path, Given(), ask=NO_ONE, force=False))
    brand = load_brand(tmp_path)

    assert (brand.name, brand.domain) == ("Blue Bird", "blue-bird.example")
    assert "fern" not in (tmp_path / "brand.toml").read_text(encoding="utf-8").lower().replace(
        'fern & co"', ""
    )


def test_what_is_typed_is_checked_and_asked_again(tmp_path: Path) -> None:
    """
    A colour that is none comes back with the reason.
    """
    asked: list[str] = []
    answers = iter(
        [
            "blue bird",
            "blue-bird.example",
            "Blue Bird",
            "blu",
            "turquoise",
            "en, ru",
            "LV",
            "",
            "",
            "",
            "20000000",
            "",
            "",
        ]
    )

    def ask(question: str, default: str) -> str:
        asked.append(question)
        return next(answers)

    list(create(tmp_path, Given(), ask=ask, force=False))
    brand = load_brand(tmp_path)

    assert any("is not a colour" in question for question in asked)
    assert (brand.palette.light.primary, brand.locales.available) == ("#40e0d0", ("en", "ru"))
    assert brand.address.phone.shown == "+371 20 000 000"


@pytest.mark.parametrize("name", ["brand.toml", "people.csv"])
def test_init_overwrites_nothing(tmp_path: Path, name: str) -> None:
    """
    What is there stays, and nobody is asked before it is refused.
    """
    (tmp_path / name).write_text("mine", encoding="utf-8")
    with pytest.raises(InputError, match="--force"):
        list(create(tmp_path, Given(), ask=lambda question, default: pytest.fail("asked"), force=False))

    assert ["mine"] == [path.read_text(encoding="utf-8") for path in tmp_path.iterdir()]


def test_letters_alone_tell_nothing_of_signatures(home: Path) -> None:
    """What a signature leaves out to fit is said where signatures are built."""
    role = "Keeper of very long titles " * 6
    (home / "people.csv").write_text(f"id,name,role\nanna,Anna,{role}\n", encoding="utf-8")
    told = [
        " ".join(build_kit(home / "brand.toml", None, home / only, only=only, day=DAY).notes)
        for only in ("signatures", "letters")
    ]

    assert [True, False] == ["anna" in notes for notes in told]


def test_a_hostile_name_on_the_command_line_is_only_a_name(tmp_path: Path) -> None:
    """
    It is written as TOML and read back as it was.
    """
    name = 'A "b" \\ {{ 7*7 }} <script>'
    list(create(tmp_path, Given(name=name, domain="a.example"), ask=NO_ONE, force=False))

    assert name == load_brand(tmp_path).name


def _mailsetup(folder: Path, *arguments: str) -> tuple[int, str, str]:
    """A run of the command with nobody at the keyboard: exit code, output, errors."""
    import subprocess
    import sys

    done = subprocess.run(
        [sys.executable, "-m", "mailsetup", *arguments],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    return done.returncode, done.stdout, done.stderr


def test_an_empty_folder_becomes_a_kit_in_two_commands(tmp_path: Path) -> None:
    """
    Init writes a sample and says so, build writes the kit; both end with 0.
    """
    code, out, err = _mailsetup(tmp_path, "kit", "init")
    assert (code, err) == (0, "")
    assert "sample" in out

    code, out, err = _mailsetup(tmp_path, "kit", "build", "--only", "signatures")
    assert (code, err) == (0, "")
    assert (tmp_path / "kit" / "signatures" / "index.html").is_file()


def test_what_is_not_given_is_asked_for_and_not_promised(tmp_path: Path) -> None:
    """
    Without a logo none is said to appear once it is hosted, and without a country none is said to be unknown.
    """
    _mailsetup(tmp_path, "kit", "init", "--name", "Bakery", "--domain", "bakery.example")
    _, out, _ = _mailsetup(tmp_path, "kit", "build", "--only", "signatures")

    assert "there is no logo: write [logo] file" in out
    assert "the logo appears" not in out
    assert "no country is given" in out


def test_a_name_that_was_given_is_not_said_to_be_made_from_the_domain(tmp_path: Path) -> None:
    """
    Only a name nobody gave wants checking.
    """
    (tmp_path / "mailsetup.toml").write_text('[domain]\nname = "bakery.example"\n', encoding="utf-8")
    _, given, _ = _mailsetup(tmp_path, "kit", "init", "--name", "Crust")
    _, made, _ = _mailsetup(tmp_path, "kit", "init", "--force")

    assert "the domain is that of the project file\n" in given
    assert "was made from it" in made


def test_a_refusal_is_one_sentence_and_exit_code_two(home: Path) -> None:
    """
    No traceback, no folder.
    """
    (home / "people.csv").write_bytes("id,name\na,Пётр\n".encode("cp1251"))
    code, out, err = _mailsetup(home, "kit", "build")

    assert (code, out) == (2, "")
    assert err.count("\n") == 1
    assert "line 2" in err
    assert not (home / "kit").exists()


def test_the_project_file_names_the_brand(home: Path) -> None:
    """
    Without --brand, [kit] brand of mailsetup.toml is read.
    """
    project = home / "work"
    project.mkdir()
    (project / "mailsetup.toml").write_text(
        '[domain]\nname = "fern.example"\n[kit]\nbrand = "../brand.toml"\n', encoding="utf-8"
    )
    code, _, err = _mailsetup(project, "kit", "build", "--only", "signatures")

    assert (code, err) == (0, "")
    assert (project / "kit" / "hosted" / "cards" / "anna.vcf").is_file()


def test_the_first_signature_does_not_say_the_firm_twice(tmp_path: Path) -> None:
    """
    What `kit init` writes for a named firm, built as it is.
    """
    _mailsetup(tmp_path, "kit", "init", "--name", "Blumen Lenz", "--domain", "blumenlenz.example")
    _mailsetup(tmp_path, "kit", "build", "--only", "signatures", "--quiet")
    text = (tmp_path / "kit/signatures/people/support/en/text.txt").read_text(encoding="utf-8")

    assert "Blumen Lenz support" in text
    assert text.count("Blumen Lenz") == 2
