"""``mailsetup kit build`` and ``mailsetup.build_kit``: signatures and letters of a brand, into one folder."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from mailsetup.model.brand import Brand, Layout, Person
from mailsetup.model.errors import InputError, UsageError
from mailsetup.model.language import language
from mailsetup.model.message import Message, say

if TYPE_CHECKING:
    from .kit_moved import Moving

BLOCK = 20  # people handed to a worker at a time
PARTS = ("signatures", "letters", "moved")
FOLDERS = {"signatures": "signatures", "hosted": "signatures", "moved": "moved"}
"""Which part an entry of the kit belongs to; what is not named is of the letters."""
SPARE = 60  # people below which more processes cost more than they bring

Progress = Callable[[int, int], None]
"""Told how many people are done, of how many."""


@dataclass(frozen=True, slots=True)
class BuildSettings:
    """What is built: layouts beside each person's own, which part, how many processes (0: one a core)."""

    layouts: tuple[str, ...] = ()
    all_layouts: bool = False
    only: str = ""
    workers: int = 1
    force: bool = False
    day: date | None = None
    moved_from: str = ""
    plan: str | Path | None = None


class Built(NamedTuple):
    """What was written: the folder, counts, and what the owner should know."""

    folder: Path
    people: int
    files: int
    letters: int
    notes: tuple[str, ...]


def build_kit(
    brand: Brand | str | Path,
    people: Sequence[Person] | str | Path | None = None,
    output: str | Path = "kit",
    *,
    layouts: Sequence[str] = (),
    all_layouts: bool = False,
    only: str = "",
    workers: int = 1,
    force: bool = False,
    day: date | None = None,
    moved_from: str = "",
    plan: str | Path | None = None,
) -> Built:
    """
    Writes the kit of a brand into a folder: whole, or not at all.

    ``brand`` is a `Brand` or its file, ``people`` a sequence or a table (else ``people.csv`` beside the
    brand's file). ``day`` decides which banners are due; today, if not given. ``moved_from`` is the old
    address of a firm that moves (else ``[move]`` of the project file here), ``plan`` the saved plan whose
    phases give the days. `InputError` says what is wrong with a file and where; then earlier output is as it was.
    """
    from .kit_brand import load_brand

    firm = brand if isinstance(brand, Brand) else load_brand(brand)
    settings = BuildSettings(
        tuple(layouts), all_layouts, only, workers, force, day, moved_from=moved_from, plan=plan
    )
    return _build(firm, _staff(firm, people), Path(output), settings, lambda done, total: None)


def _staff(brand: Brand, people: Sequence[Person] | str | Path | None) -> tuple[Person, ...]:
    from .kit_brand import load_people

    if people is None or isinstance(people, str | Path):
        return load_people(brand, people)
    return tuple(people)


def build_command(
    brand: str, people: str | None, output: str, settings: BuildSettings, *, quiet: bool
) -> Iterator[Message]:
    """The command: builds with a progress bar on a terminal, then says what is where."""
    import sys

    from .kit_brand import load_brand, load_people

    firm = load_brand(_brand_file(brand))
    staff = load_people(firm, people)
    with _bar(quiet or not sys.stderr.isatty()) as progress:
        built = _build(firm, staff, Path(output), settings, progress)
    yield say(
        "written: {folder} ({files} files: signatures of {people} {people:person|people}, {letters} files of "
        "letters)",
        folder=str(built.folder),
        files=built.files,
        people=built.people,
        letters=built.letters,
    )
    if quiet:
        return
    for note in built.notes:
        yield say("note: {note}", note=note)
    if built.people:
        yield say("next: open {file} in a browser", file=str(built.folder / "signatures" / "index.html"))


def _brand_file(given: str) -> str:
    """The file named, or the one that the project file names where none was given."""
    from .kit_brand import BRAND_FILE
    from .project import find

    if given == BRAND_FILE and not Path(given).exists():
        project = find()
        if project is not None and project.kit.get("brand"):
            return str(project.kit["brand"])
    return given


class _bar:
    """A line on stderr that counts people; nothing where nobody looks."""

    def __init__(self, silent: bool) -> None:
        self._silent = silent
        self._shown = ""

    def __enter__(self) -> Progress:
        return self._show

    def _show(self, done: int, total: int) -> None:
        import sys

        if self._silent or total < 2:
            return
        width = 30
        full = width * done // total
        bar = "#" * full + "-" * (width - full)
        self._shown = "\r" + str(say("people [{bar}] {done}/{total}", bar=bar, done=done, total=total))
        sys.stderr.write(self._shown)
        sys.stderr.flush()

    def __exit__(self, *_: object) -> None:
        import sys

        if self._shown:
            sys.stderr.write("\n")


def _untold(locales: Sequence[str], said: Mapping[str, int]) -> Iterator[Message]:
    """The languages of the brand in which not every letter could be written."""
    most = max(said.values(), default=0)
    for locale in locales:
        if said.get(locale, 0) < most:
            yield say(
                "{count} of {most} letters have a text in {locale}; write templates/ID/{locale}.txt for the others",
                count=said.get(locale, 0),
                most=most,
                locale=locale,
            )


def _build(
    brand: Brand, people: tuple[Person, ...], output: Path, settings: BuildSettings, progress: Progress
) -> Built:
    from mailsetup.edge.folder_beside import FolderBeside
    from mailsetup.kit import swatches
    from mailsetup.kit.signatures import person_files, team_files

    from .kit_templates import letters_of

    if settings.only and settings.only not in PARTS:
        raise UsageError(
            say("--only {only} does not exist; there are {parts}", only=settings.only, parts=", ".join(PARTS))
        )
    day = settings.day or _today(brand)
    _refuse_expired(brand, day)
    wishes = person_files.Wishes(
        day, _layouts(settings), person_files.logo_file(brand), person_files.dark_logo_file(brand)
    )
    files, letters = 1, 0
    move = _moving(brand, settings, day)
    shown = people if settings.only in ("", "signatures") else ()
    notes: list[str] = [*team_files.notes(brand, shown, wishes), *swatches.notes(brand)]
    if move is not None:
        brand, told = move.signing(brand, day)
        notes += map(str, (*move.notes, *told))
    with FolderBeside(output, force=settings.force) as folder:
        folder.write("colors.html", swatches.page(brand).encode())
        if settings.only in ("", "signatures"):
            files += _signatures(brand, people, wishes, settings, folder.part, progress)
            for name, data in team_files.team_files(brand, people, wishes):
                folder.write(name, data)
                files += 1
        if settings.only in ("", "letters"):
            said: Counter[str] = Counter()
            for name, data in letters_of(brand, people):
                folder.write(name, data)
                letters += 1
                if name.startswith("letters/") and name.endswith(".html"):
                    said[name.split(".")[-2]] += 1
            notes += map(str, _untold(brand.locales.available, said))
        if move is not None and settings.only in ("", "moved"):
            for name, data in move.files(brand, day):
                folder.write(name, data)
                letters += 1
        if settings.only:
            folder.carry_over(n for n in folder.entries() if FOLDERS.get(n, "letters") != settings.only)
    return Built(folder.path, len(shown), files + letters, letters, tuple(notes))


def in_move(brand: Brand, day: date) -> Brand:
    """The brand as signatures show it this day: with the line about the new address while the firm moves."""
    move = _moving(brand, BuildSettings(), day)
    return move.signing(brand, day)[0] if move is not None else brand


def _moving(brand: Brand, settings: BuildSettings, day: date) -> Moving | None:
    """The move, where the command or the project file of this folder tells of one."""
    from .project import find

    project = find()
    if project is not None and project.domain != brand.domain:
        project = None
    asked = settings.moved_from or settings.plan or (project is not None and project.move)
    if not asked:
        if settings.only == "moved":
            raise UsageError(
                say(
                    "--only moved needs the old address: give --moved-from ADDRESS, or write [move] from in "
                    "mailsetup.toml"
                )
            )
        return None
    from .kit_moved import moving

    return moving(brand, project, moved_from=settings.moved_from, plan=settings.plan, today=day)


def _today(brand: Brand) -> date:
    from zoneinfo import ZoneInfo

    return datetime.now(ZoneInfo(brand.promise.timezone)).date()


def _refuse_expired(brand: Brand, day: date) -> None:
    banner = brand.signature.banner
    if banner.image and banner.ends and banner.ends < day:
        raise InputError(
            say(
                "{origin}: [signature.banner] until {ends} is over; give a later day or take the banner out",
                origin=brand.origin,
                ends=banner.ends,
            )
        )


def _layouts(settings: BuildSettings) -> tuple[Layout, ...]:
    if settings.all_layouts:
        return tuple(Layout)
    for name in settings.layouts:
        if name not in list(Layout):
            raise UsageError(
                say("--layout {name} does not exist; there are {layout}", name=name, layout=", ".join(Layout))
            )
    return tuple(Layout(name) for name in settings.layouts)


def _signatures(
    brand: Brand,
    people: Sequence[Person],
    wishes: object,
    settings: BuildSettings,
    root: Path,
    progress: Progress,
) -> int:
    """Writes everybody's files below ``root``, in this process or several; memory does not grow with people."""
    workers = settings.workers or (os.cpu_count() or 1)
    blocks = (people[at : at + BLOCK] for at in range(0, len(people), BLOCK))
    done = files = 0
    if workers == 1 or len(people) < SPARE:
        _prepare(brand, wishes, root)
        for block in blocks:
            files += _write_block(block)
            done += len(block)
            progress(done, len(people))
        return files
    import multiprocessing

    context = multiprocessing.get_context("spawn")
    with context.Pool(workers, _prepare_worker, (language(), brand, wishes, root)) as pool:
        for block_people, block_files in pool.imap_unordered(_counted_block, blocks):
            done += block_people
            files += block_files
            progress(done, len(people))
    return files


_world: tuple[Brand, object, Path, set[str]]


def _prepare(brand: Brand, wishes: object, root: Path) -> None:
    global _world
    _world = (brand, wishes, root, set())


def _prepare_worker(spoken: str, brand: Brand, wishes: object, root: Path) -> None:
    """A worker speaks the language of the process that started it, and leaves an interruption to it."""
    import signal

    from .language import use

    use(spoken)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _prepare(brand, wishes, root)


def _counted_block(block: Sequence[Person]) -> tuple[int, int]:
    return len(block), _write_block(block)


def _write_block(block: Sequence[Person]) -> int:
    from mailsetup.edge.folder_beside import write_into
    from mailsetup.kit.signatures.person_files import Wishes, person_files

    brand, wishes, root, made = _world
    assert isinstance(wishes, Wishes)
    count = 0
    for person in block:
        made.clear()
        for name, data in person_files(brand, person, wishes, photo_of(brand, person)):
            write_into(root, name, data, made)
            count += 1
    return count


def photo_of(brand: Brand, person: Person) -> bytes:
    """A photo that lies beside the brand's file, cut round; nothing where it is fetched or absent."""
    from mailsetup.kit import logo
    from mailsetup.kit.signatures.person_files import PHOTO_SIDE

    from .kit_brand import picture

    if not person.photo or person.photo.startswith("https://"):
        return b""
    found = picture(
        Path(brand.origin).parent, person.photo, brand, str(say("photo of {person}:", person=person.id))
    )
    if found.form == "svg":
        raise InputError(
            say(
                "photo of {person}: {photo} is an SVG; give a PNG or JPEG",
                person=person.id,
                photo=person.photo,
            )
        )
    return logo.rounded(found, PHOTO_SIDE)
