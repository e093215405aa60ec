"""
What ``mailsetup kit lint`` is given: files by what they are, those of folders, and templates by their ids.

What a folder holds is linted where it is a letter or signature, or letters are made of it: pages that explain
(``index.html``, ``install.html``, the gallery), lists of limits and pictures are no letters. Named files are linted
whatever their name.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

from mailsetup.kit.lint.document import is_source
from mailsetup.model.errors import InputError
from mailsetup.model.message import say
from mailsetup.model.names import printable
from mailsetup.model.nearest import nearest

from .kit_brand import BRAND_FILE, PEOPLE_FILE

SUFFIXES = (".html", ".htm", ".txt", ".eml", ".mailsignature")
PAGES = frozenset(
    (
        "index.html",
        "install.html",
        "install.txt",
        "kit-preview.html",
        "preview.html",
        "gallery.html",
        "colors.html",
        "requirements.txt",
        "robots.txt",
    )
)
NO_LETTERS = frozenset(
    [
        ".png",
        ".jpg",
        ".jpeg",
        ".gif",
        ".svg",
        ".webp",
        ".avif",
        ".ico",
        ".pdf",
        ".zip",
        ".gz",
        ".docx",
        ".xlsx",
        ".csv",
        ".json",
        ".toml",
        ".yml",
        ".yaml",
        ".xml",
        ".css",
        ".js",
        ".py",
        ".vcf",
        ".rtf",
        ".ps1",
        ".sh",
    ]
)
PARTS_PASSED_OVER = frozenset(("node_modules", "__pycache__"))
TEMPLATE_FILE = "template.toml"
FILE_LIMIT = 100_000  # of one run
STDIN = "-"
PEEKED = 64  # octets that tell a template's text from a letter


class What(StrEnum):
    """What a file is to the lint."""

    LETTER = "letter"
    TEMPLATE = "template"
    BRAND = "brand"
    PEOPLE = "people"
    SHIPPED = "shipped"
    """A template of ours; the path is its id."""


class Input(NamedTuple):
    """One thing to lint, and how the user names it."""

    path: str
    what: What = What.LETTER


def inputs(
    paths: Sequence[str], folder: Path | None = None, passed: list[str] | None = None
) -> Iterator[Input]:
    """
    What to lint, in order, nothing twice. ``folder`` holds the user's templates, where there are any.

    Named files that nobody writes letters in go to ``passed``. `InputError` for what is not there.
    """
    seen: set[Path] = set()
    for given in paths:
        if given == STDIN:
            yield Input(given)
            continue
        place = Path(given)
        if place.is_dir():
            found = [p for p in sorted(place.rglob("*")) if _is_linted(p, place)]
            _refuse_emptiness(given, len(found))
        elif place.exists():
            found = [place]
            if passed is not None and place.suffix.lower() in NO_LETTERS and what_is(place) is What.LETTER:
                passed.append(given)
                continue
        else:
            yield from _template(given, folder)
            continue
        for one in found:
            real = one.resolve()
            if real not in seen:
                seen.add(real)
                yield Input(one.as_posix(), what_is(one))


def _refuse_emptiness(given: str, count: int) -> None:
    if not count:
        raise InputError(
            say(
                "{given}: holds no letter; {suffixes} files are linted",
                given=given,
                suffixes=", ".join(SUFFIXES),
            )
        )
    if count > FILE_LIMIT:
        raise InputError(
            say(
                "{given}: holds more than {limit} letters; name a smaller folder",
                given=given,
                limit=FILE_LIMIT,
            )
        )


def _is_linted(path: Path, root: Path) -> bool:
    parts = path.relative_to(root).parts
    if path.is_symlink() or any(part.startswith(".") or part in PARTS_PASSED_OVER for part in parts):
        return False
    if path.name == BRAND_FILE:
        return path.is_file()
    if path.name == PEOPLE_FILE:
        return path.is_file() and (path.parent / BRAND_FILE).is_file()
    if path.suffix.lower() not in SUFFIXES or path.name.lower() in PAGES or path.stem.isupper():
        return False
    if path.parent.name == "moved" and path.name.startswith("notice-line."):  # for the web site, no letter
        return False
    if path.parts[-3:-1] == ("hosted", "pages"):  # what a phone opens, no letter
        return False
    return path.is_file()


def what_is(path: Path) -> What:
    """What a file is, by its name and its beginning."""
    if path.name == TEMPLATE_FILE:
        return What.TEMPLATE
    if path.name == BRAND_FILE:
        return What.BRAND
    if path.name == PEOPLE_FILE:
        return What.PEOPLE
    text = path.suffix.lower() == ".txt" and path.is_file()  # a pipe gives its beginning once
    return What.TEMPLATE if text and _begins_as_source(path) else What.LETTER


def _begins_as_source(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            start = file.read(PEEKED)
    except OSError:
        return False  # whoever reads it tells
    return is_source(start.decode("utf-8-sig", "replace"))


def _template(given: str, folder: Path | None) -> Iterator[Input]:
    """A template by its id: the user's own texts of it, and those of ours that they do not replace."""
    from mailsetup.kit import templates

    shipped = templates.bundled().templates.get(given)
    own = folder / given if folder is not None and given.count(".") and "/" not in given else None
    texts = [p for p in sorted(own.glob("*.txt")) if p.is_file()] if own is not None else []
    yield from (Input(path.as_posix(), What.TEMPLATE) for path in texts)
    if shipped is not None and (own is None or not (own / TEMPLATE_FILE).is_file()):
        replaced = {path.stem for path in texts}
        yield from (
            Input(f"{given}/{name}", What.SHIPPED) for name in shipped.locales if name not in replaced
        )
    elif not texts:
        raise InputError(_absent(given, tuple(templates.bundled().templates)))


def _absent(given: str, known: tuple[str, ...]) -> object:

    near = nearest(given, known)
    if near:
        return say(
            "{given} is not there, and no template is called so; did you mean {near}?",
            given=printable(given),
            near=near[0],
        )
    return say(
        "{given} is not there; name a file, a folder, a template's id, or - for standard input",
        given=printable(given),
    )
