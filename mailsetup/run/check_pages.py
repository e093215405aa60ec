"""A check's manual page in parts, for the forms that show it beside a finding."""

from __future__ import annotations

from functools import cache

from mailsetup.model.finding import CheckPage, Severity

from .explain import parts, remedies
from .policy import CLAUSE_MISSED
from .registry import checks_by_id
from .waivers import EXPIRED

OF_THE_RUN = {
    EXPIRED: CheckPage(
        EXPIRED,
        "A waiver whose day is over",
        Severity.WARNING,
        ("A waiver of mailsetup.toml accepts a finding until its day; after it, the finding counts again.",),
        ("Mend what it waived, or give it a new day and a reason that still holds.",),
        ("mailsetup.toml",),
        (),
    ),
    CLAUSE_MISSED: CheckPage(
        CLAUSE_MISSED,
        "A clause of the chosen rulebook is not met",
        Severity.ERROR,
        (
            "The rulebook given with --policy asks for more here than the standards do; the finding cites its clause.",
        ),
        ("Publish what the clause asks for, or choose a policy without it.",),
        ("the rulebook named in the finding",),
        (),
    ),
}
"""What a run reports by itself, without a check."""


@cache
def check_page(check_id: str) -> CheckPage | None:
    """The page of a check; None for one that is not known (a result of another version)."""
    check = checks_by_id().get(check_id)
    if check is None:
        return OF_THE_RUN.get(check_id)
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
