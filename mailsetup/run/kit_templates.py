"""Letters as the kit needs them: the shipped catalogue, and the user's own folder over it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from mailsetup.model import os_faults
from mailsetup.model.brand import Brand, Person
from mailsetup.model.errors import InputError
from mailsetup.model.message import say
from mailsetup.model.names import printable

if TYPE_CHECKING:
    from mailsetup.kit.templates import Catalogue

OWN_FOLDER = "templates"
SIZE_LIMIT = 256 * 1024  # octets of one file; the longest of ours has six thousand
FILE_LIMIT = 10_000  # files of a folder of templates


def catalogue_of(brand: Brand, folder: str | Path | None = None) -> Catalogue:
    """
    The shipped templates, and over them those of ``templates/`` beside the brand's file (or ``folder``).

    Every text of the user's is compiled and its variables are looked up, so that a fault is told before
    anything is written. `InputError` names file and line.
    """
    from mailsetup.kit import templates

    place = Path(folder) if folder is not None else Path(brand.origin).parent / OWN_FOLDER
    if not place.is_dir():
        if folder is not None:
            raise InputError(
                say("{folder}: is no folder; give the one that holds your templates", folder=str(folder))
            )
        return templates.bundled()
    found = templates.with_own(templates.bundled(), _files(place), printable(str(place)))
    for template in found.templates.values():
        if found.templates.get(template.id) is not templates.bundled().templates.get(template.id):
            templates.check(template, found)
    return found


def _files(root: Path) -> Mapping[str, str]:
    """The texts of a folder by relative path; links that lead out of it are refused."""
    return _texts(root, sorted(root.rglob("*")))


def files_of(root: Path, id: str) -> Mapping[str, str]:
    """The texts of one template and those that all share, by path below the folder of templates."""
    return _texts(root, [*sorted(root.glob("common.*.toml")), *sorted((root / id).iterdir())])


def _texts(root: Path, paths: Sequence[Path]) -> Mapping[str, str]:
    found: dict[str, str] = {}
    top = root.resolve()
    for path in paths:
        if path.suffix not in (".toml", ".txt") or not path.is_file():
            continue
        name = printable(str(path))
        if not path.resolve().is_relative_to(top):
            raise InputError(say("{name}: leads out of the folder; put the file itself there", name=name))
        if path.stat().st_size > SIZE_LIMIT:
            raise InputError(
                say(
                    "{name}: is larger than {limit} KB; a letter is shorter",
                    name=name,
                    limit=SIZE_LIMIT // 1024,
                )
            )
        if len(found) >= FILE_LIMIT:
            raise InputError(
                say(
                    "{root}: holds more than {limit} files; name a smaller folder",
                    root=str(root),
                    limit=FILE_LIMIT,
                )
            )
        try:
            found[path.relative_to(root).as_posix()] = path.read_text("utf-8-sig")
        except UnicodeDecodeError:
            raise InputError(say("{name}: is not UTF-8; save it as UTF-8", name=name)) from None
        except OSError as fault:
            raise InputError(
                say(
                    "{name}: cannot be read ({reason}); check its permissions",
                    name=name,
                    reason=os_faults.strerror(fault),
                )
            ) from None
    return found


def letters_of(
    brand: Brand,
    people: Sequence[Person] = (),
    *,
    folder: str | Path | None = None,
    as_of: datetime | None = None,
) -> Iterator[tuple[str, bytes]]:
    """Every file of letters of a brand, its own templates among them; drafts are dated today where no day is given."""
    from mailsetup.kit import templates

    found = catalogue_of(brand, folder)
    yield from templates.letters(brand, people, catalogue=found, as_of=as_of or _today())


def _today() -> datetime:
    return datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
