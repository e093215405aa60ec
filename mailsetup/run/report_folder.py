"""A folder of HTML: an index and a page a domain, each written whole, in the order they are judged."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from mailsetup.edge.files import make_folder
from mailsetup.model.finding import AuditRun, DomainReport
from mailsetup.model.patterns import late

from .output import beside

INDEX = "index.html"
MARK = b'<meta name="generator" content="mailsetup">'
HEAD = 4096  # octets in which a page says who wrote it
RESERVED = late(r"(con|prn|aux|nul|com[0-9]|lpt[0-9]|index)(\.|\Z)")  # names of devices on Windows, and ours


def is_folder(path: str | None) -> bool:
    """Whether an ``--output`` means a folder: one that is there, or a name that ends in a slash."""
    return path is not None and (path.endswith(("/", "\\")) or Path(path).is_dir())


def file_name(domain: str) -> str:
    """The page of a domain in the folder; a name that means something to the system gets an underscore in front."""
    safe = re.sub(r"[^a-z0-9._-]", "_", domain)
    return f"{'_' if RESERVED.match(safe) or safe.startswith('.') else ''}{safe}.html"


def write_folder(run: AuditRun, path: str, *, force: bool = False) -> str:
    """Writes index and pages; the index's path. `InputError` where something is in the way."""
    from mailsetup.forms.html_index import render

    folder = Path(path)
    make_folder(folder)
    place = folder / INDEX
    earlier = _earlier_pages(folder) if force else frozenset()
    written = {place}
    pages = _writing(run, folder, force, written)
    with beside(str(place), force=force) as file:
        for piece in render(replace(run, reports=pages, link=file_name)):
            file.write(piece)
    for page in earlier - written:
        page.unlink(missing_ok=True)
    return str(place)


def _earlier_pages(folder: Path) -> frozenset[Path]:
    """The pages of this tool in the folder, by the mark in their heads; whatever else lies there is not ours."""
    found = set()
    for page in folder.glob("*.html"):
        with suppress(OSError), page.open("rb") as file:
            if not page.is_symlink() and MARK in file.read(HEAD):
                found.add(page)
    return frozenset(found)


def _writing(run: AuditRun, folder: Path, force: bool, written: set[Path]) -> Iterator[DomainReport]:
    """Each report, once its page stands in the folder."""
    from mailsetup.forms.html import page

    for report in run.reports:
        place = folder / file_name(report.domain)
        with beside(str(place), force=force) as file:
            file.write(page(run, report))
        written.add(place)
        yield report
