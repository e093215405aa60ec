"""``mailsetup kit preview``: the gallery of a brand, as a file or on a loopback address."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

from mailsetup.model import os_faults
from mailsetup.model.brand import Brand, Person
from mailsetup.model.message import say


def preview_page(
    brand: Brand | str | Path,
    people: Sequence[Person] | str | Path | None = None,
    *,
    day: date | None = None,
) -> str:
    """The gallery as one HTML document. `InputError` says what is wrong with a file and where."""
    from mailsetup.kit import preview

    from .kit_brand import load_brand, load_people
    from .kit_build import in_move, photo_of
    from .kit_templates import catalogue_of

    firm = brand if isinstance(brand, Brand) else load_brand(brand)
    staff = load_people(firm, people) if people is None or isinstance(people, str | Path) else tuple(people)
    when = day or _today(firm)
    shown = staff[: preview.PEOPLE_SHOWN]
    photos = {person.id: photo_of(firm, person) for person in shown}
    return preview.page(in_move(firm, when), staff, catalogue_of(firm), when, photos)


def _today(brand: Brand) -> date:
    from zoneinfo import ZoneInfo

    return datetime.now(ZoneInfo(brand.promise.timezone)).date()


def preview_command(
    brand: str, people: str | None, output: str, *, serve: bool, port: int, force: bool, quiet: bool
) -> int:
    """The command: writes the page, or serves it until interrupted."""
    page = preview_page(brand, people)
    if serve:
        from mailsetup.edge.page_server import serve as serve_page
        from mailsetup.model.errors import UsageError

        def ready(address: str) -> None:
            if not quiet:
                print(say("serving: {address} (Ctrl-C ends it)", address=address), flush=True)

        try:
            serve_page(page.encode(), port, ready)
        except OSError as fault:
            raise UsageError(
                say(
                    "--port {port} cannot be used ({reason}); leave it out and a free one is taken",
                    port=port,
                    reason=os_faults.strerror(fault),
                )
            ) from None
        return 0
    from .output import beside

    with beside(output, force=force) as file:
        file.write(page)
    if not quiet:
        print(
            say(
                "written: {file} ({size} KB); open it in a browser",
                file=output,
                size=len(page.encode()) // 1024,
            ),
            file=sys.stderr,
        )
    return 0
