"""What surrounds the files of a lint: the project file and its saved plan, and how colleagues sign in the same run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from mailsetup.kit.lint.around import Look, Planned, Signed
from mailsetup.model.brand import Brand
from mailsetup.model.errors import MailsetupError
from mailsetup.model.message import Message, say

if TYPE_CHECKING:
    from mailsetup.kit.lint.document import Document
    from mailsetup.model.plan import Plan

    from .lint_inputs import Input
    from .project import Project

COMPARED_LIMIT = 5_000  # signatures of one run that are compared
ADDRESSES = ("A", "AAAA", "CNAME")


def planned(brand: Brand | None) -> Planned | None:
    """
    What the project file here, or beside the brand file, plans for its domain; None without one.

    Of its saved plan the hosts whose addresses it writes. A file that cannot be used says nothing: the commands
    that need it tell its faults.
    """
    from .project import find

    folders = (Path(), *((Path(brand.origin).parent,) if brand is not None else ()))
    for folder in folders:
        try:
            project = find(folder)
        except MailsetupError:
            continue
        if project is not None and (brand is None or str(project.domain) == str(brand.domain)):
            plan = _plan(folder, project)
            return Planned(
                str(project.domain), _addressed(plan) if plan is not None else {}, plan is not None
            )
    return None


def _plan(folder: Path, project: Project) -> Plan | None:
    from mailsetup.edge.files import read_text
    from mailsetup.planning import saved

    from .kit_moved import PLAN_FILE

    path = folder / str(project.move.get("plan") or PLAN_FILE)
    if not path.is_file():
        return None
    try:
        found = saved.loads(read_text(path), str(path))
    except MailsetupError:
        return None
    return found if found.domain == str(project.domain) else None


def _addressed(plan: Plan) -> Mapping[str, bool]:
    """The hosts whose addresses a plan writes, and whether any is left after its last phase."""
    last = {(c.owner.lower(), c.rdtype): c for c in plan.changes if c.rdtype in ADDRESSES}
    found: dict[str, bool] = {}
    for (owner, _), change in last.items():
        found[owner] = found.get(owner, False) or bool(change.after)
    return found


def not_judged(found: Document, planned: Planned | None) -> Message | None:
    """What SIG-08 could not say of a signature, since nothing here plans it; None where all is known or nothing asked."""
    if "@" not in found.body and not found.links:
        return None
    if planned is not None:
        return (
            None
            if planned.saved
            else say("not judged: whether the site is in the plan; there is no plan.json here")
        )
    if found.brand is not None and found.brand.people:
        return say("not judged: whether the site is in the plan; there is no project file here")
    return say("not judged: whether mailboxes and site are in the plan; there is no project file here")


def usual(
    files: Sequence[Input], brand: Brand | None, kind: str = "", locale: str = ""
) -> Mapping[str, Look]:
    """By path how most colleagues' signatures of its sort look; nothing where fewer than two are linted."""
    from mailsetup.kit.lint.looks import usual_looks

    from .lint_inputs import What

    paths = [one.path for one in files if one.what is What.LETTER and _may_be_signature(one.path, kind)]
    return usual_looks(_signed(paths[:COMPARED_LIMIT], brand, kind, locale)) if len(paths) > 1 else {}


def _may_be_signature(path: str, kind: str) -> bool:
    return kind in ("S", "") and path != "-" and not path.lower().endswith(".eml")


def _signed(paths: Sequence[str], brand: Brand | None, kind: str, locale: str) -> Iterator[Signed]:
    from mailsetup.kit.lint import document, looks

    for path in paths:
        if kind != "S" and "signature" not in path.lower() and not _begins_as_one(path):
            continue
        try:
            data = Path(path).read_bytes()
        except OSError:
            continue  # told where the file itself is judged
        found = document.read(path, data, brand=brand, given=document.Given(kind, locale))
        if found.is_signature:
            yield looks.signed(found)


def _begins_as_one(path: str) -> bool:
    """Whether a text begins with the line before a signature (RFC 3676 section 4.3)."""
    try:
        with Path(path).open("rb") as file:
            return file.read(4).startswith(b"--")
    except OSError:
        return False
