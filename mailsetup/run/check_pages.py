"""A check's manual page in parts, for the forms that show it beside a finding."""

from __future__ import annotations

from functools import cache

from mailsetup.model.finding import CheckPage

from .explain import parts, remedies
from .registry import checks_by_id


@cache
def check_page(check_id: str) -> CheckPage | None:
    """The page of a check; None for one that is not known (a result of another version)."""
    check = checks_by_id().get(check_id)
    if check is None:
        return None
    prose, _ = parts(check)
    return CheckPage(
        check.id,
        check.title,
        check.severity,
        tuple(" ".join(paragraph.split()) for paragraph in prose.split("\n\n") if paragraph.strip()),
        tuple(remedies(check)),
        check.cites,
        check.codes,
        check.effective,
    )
