"""Signatures against the plan (SIG-08) and against those of the colleagues (SIG-09)."""

from __future__ import annotations

import itertools
from dataclasses import replace
from pathlib import Path

import pytest

from mailsetup.kit.lint import document, judge
from mailsetup.kit.lint.around import Around, Planned
from mailsetup.model.brand import Brand, Layout, Person
from mailsetup.model.message import say
from mailsetup.model.plan import Action, RecordChange
from mailsetup.planning import saved
from mailsetup.run.kit_brand import load_brand, load_people
from mailsetup.run.kit_build import build_kit
from mailsetup.run.kit_init import Given, create
from mailsetup.run.kit_lint import LintSettings, lint_file
from mailsetup.run.lint_around import not_judged, planned, usual
from mailsetup.run.lint_inputs import inputs
from tests.kit.lint_world import firm
from tests.kit.test_templates_moved import a_plan


def staff() -> Brand:
    """A firm with one colleague."""
    return replace(firm(), people=(Person("anna", "Anna Weber", "anna@fern.example"),))


def said(text: str, rule: str, *, brand: Brand | None = None, around: Around | None = None) -> list[str]:
    """What one rule says of a signature."""
    d = document.read(
        "signatures/a.txt", text.encode(), brand=brand, around=around, given=document.Given("S", "en")
    )
    return [str(f.message) for v in judge.judge(d).report.verdicts if v.check == rule for f in v.findings]


@pytest.mark.parametrize(
    ("phone", "fires"),
    [
        ("+371 6700 0000", False),
        ("+371 6700 00", True),
        ("+999 1234 5678", True),
        ("+49 30 901820", False),
        ("+7 495 000-00", True),
    ],
)
def test_a_phone_exists_in_its_country(phone: str, *, fires: bool) -> None:
    """As a link and as words."""
    assert fires == bool(said(f"-- \nAnna\n{phone}\n", "SIG-08"))


def test_a_mailbox_is_one_of_the_firms() -> None:
    """Of those in the brand file and people.csv; without people nobody knows."""
    assert said("-- \nAnna\nanne@fern.example\n", "SIG-08", brand=staff())
    assert not said("-- \nAnna\nanna@fern.example\n", "SIG-08", brand=staff())
    assert not said("-- \nFern\nsupport@fern.example\n", "SIG-08", brand=staff())
    assert not said("-- \nAnna\nanne@fern.example\n", "SIG-08", brand=firm())


def test_a_mailbox_is_on_the_domain_of_the_plan() -> None:
    """The old address in a signature after a move."""
    around = Around(Planned("fern.example"))

    assert said("-- \nAnna\nanna@old.example\n", "SIG-08", around=around)
    assert not said("-- \nAnna\nanna@shop.fern.example\n", "SIG-08", around=around)
    assert not said("-- \nAnna\nanna@old.example\n", "SIG-08")


@pytest.mark.parametrize(
    "site", ["www.fern.example", "https://www.fern.example/tea", "https://WWW.fern.example"]
)
def test_a_site_has_an_address_in_the_plan(site: str) -> None:
    """One whose address the plan takes away; of others nothing is known."""
    gone = Around(Planned("fern.example", {"www.fern.example": False}, saved=True))
    kept = Around(Planned("fern.example", {"www.fern.example": True}, saved=True))

    assert ["nobody is reached: www.fern.example has no address once the plan is carried out"] == said(
        f"-- \nAnna\n{site}\n", "SIG-08", around=gone
    )
    assert not said(f"-- \nAnna\n{site}\n", "SIG-08", around=kept)
    assert not said(f"-- \nAnna\n{site}\n", "SIG-08", around=Around(Planned("fern.example")))


def test_what_is_not_known_is_told_as_not_judged(tmp_path: Path) -> None:
    """Never as a finding, never as a pass that was not earned."""
    path = tmp_path / "signature.txt"
    path.write_text("-- \nAnna\nanna@fern.example\nhttps://fern.example/\n", "utf-8")
    notes = [str(note) for note in lint_file(str(path)).report.notes]

    assert any(note.startswith("not judged: whether mailboxes and site") for note in notes)

    d = document.read("signatures/a.txt", b"-- \nAnna\na@fern.example\n", given=document.Given("S", "en"))
    assert not_judged(d, Planned("fern.example", saved=True)) is None


def test_the_project_file_and_its_plan_are_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the folder one works in; a faulty one says nothing here."""
    monkeypatch.chdir(tmp_path)
    assert planned(None) is None

    (tmp_path / "mailsetup.toml").write_text('[domain]\nname = "fern.example"\n', "utf-8")
    assert Planned("fern.example") == planned(None)

    (tmp_path / "plan.json").write_text("{", "utf-8")
    assert Planned("fern.example") == planned(None)

    (tmp_path / "mailsetup.toml").write_text("[", "utf-8")
    assert planned(None) is None


HTML = """<table style="font-family:Arial;color:#1f2937">{}</table>"""
ROWS = {
    "name": "<tr><td>{name}</td></tr>",
    "firm": "<tr><td>Fern &amp; Co</td></tr>",
    "phone": "<tr><td>{phone}</td></tr>",
    "mail": "<tr><td>{mail}</td></tr>",
}
PEOPLE = {
    "anna": {"name": "Anna", "phone": "+371 6700 0001", "mail": "anna@fern.example"},
    "boris": {"name": "Boris", "phone": "+371 6700 0002", "mail": "boris@fern.example"},
    "clara": {"name": "Clara", "phone": "+371 6700 0003", "mail": "clara@fern.example"},
}


def signature(person: str, order: str = "name firm phone mail") -> str:
    """One person's signature."""
    return HTML.format("".join(ROWS[field].format(**PEOPLE[person]) for field in order.split()))


def compared(folder: Path, changed: str, kind: str = "S") -> list[str]:
    """Three colleagues in a folder, the last as given; what is said of whom."""
    for person in PEOPLE:
        (folder / f"{person}.html").write_text(signature(person), "utf-8")
    (folder / "clara.html").write_text(changed, "utf-8")
    files = tuple(inputs([str(folder)]))
    settings = LintSettings(brand=firm(), kind=kind, usual=usual(files, firm(), kind))
    return [
        f"{Path(f.owner).name.partition('.')[0]}: {f.message}"
        for one in files
        for v in lint_file(one.path, settings).report.verdicts
        if v.check == "SIG-09"
        for f in v.findings
    ]


@pytest.mark.parametrize(
    ("changed", "what"),
    [
        (signature("clara"), ""),
        (signature("clara", "name firm mail"), ""),  # she has no phone
        (signature("clara", "name mail firm phone"), "the order of its fields"),
        (signature("clara", "name phone mail"), "the firm's name"),
        (signature("clara").replace("Arial", "Georgia"), "its fonts"),
        (signature("clara").replace("#1f2937", "#ff0000"), "its colours"),
    ],
)
def test_who_signs_another_way_is_told(changed: str, what: str, tmp_path: Path) -> None:
    """Most colleagues' signatures are the measure; a field somebody does not have is no difference."""
    expected = [f"clara: unlike the colleagues' signatures: {what}"] if what else []

    assert expected == compared(tmp_path, changed)


def test_one_persons_layouts_are_not_compared(tmp_path: Path) -> None:
    """A short signature for answers beside the long one is as it should be."""
    (tmp_path / "bar.html").write_text(signature("anna"), "utf-8")
    (tmp_path / "reply.html").write_text(signature("anna", "mail name"), "utf-8")

    assert {} == usual(tuple(inputs([str(tmp_path)])), firm(), "S")


@pytest.mark.parametrize("layouts", [(), ("bar", "bar", "line"), ("logo-left", "card-qr", "line")])
def test_what_the_kit_writes_is_alike(layouts: tuple[str, ...], tmp_path: Path) -> None:
    """All colleagues of a sample, in every layout and language; one line has no heading with a font of its own."""
    list(create(tmp_path, Given(), ask=None, force=False))
    brand = load_brand(tmp_path)
    people = load_people(brand)
    people = tuple(
        replace(one, layout=Layout(name), locale="", team="") if name else one
        for one, name in itertools.zip_longest(people, layouts)
    )
    brand = replace(brand, people=people)
    build_kit(brand, people, tmp_path / "kit", only="signatures")
    files = tuple(inputs([str(tmp_path / "kit")]))
    measure = usual(files, brand)
    settings = LintSettings(brand=brand, usual=measure)
    told = [
        f"{f.owner}: {f.message}"
        for one in files
        if one.path in measure
        for v in lint_file(one.path, settings).report.verdicts
        if v.check in ("SIG-08", "SIG-09")
        for f in v.findings
    ]

    assert [] == told
    assert len(measure) > 10


def test_a_saved_plan_says_which_hosts_lose_their_address(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As ``plan --output plan.json`` writes it, by the last of its phases; what it only moves keeps one."""

    def change(owner: str, action: Action, after: tuple[str, ...]) -> RecordChange:
        here = ("192.0.2.1",)
        return RecordChange(action, owner, "A", 300, here, after, say("moved"), 1)

    changes = (
        change("mail.fern.example", Action.DELETE, ()),
        change("www.fern.example", Action.UPDATE, ("192.0.2.2",)),
    )
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mailsetup.toml").write_text('[domain]\nname = "fern.example"\n', "utf-8")
    (tmp_path / "plan.json").write_text(saved.dumps(replace(a_plan(), changes=changes)), "utf-8")
    found = planned(None)

    assert found is not None
    assert found.saved
    assert {"mail.fern.example": False, "www.fern.example": True} == dict(found.addressed)
