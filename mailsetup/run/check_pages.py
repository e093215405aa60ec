"""A check's manual page in parts, for the forms that show it beside a finding."""

from __future__ import annotations

from functools import cache

from mailsetup.forms.words import said_cite
from mailsetup.model.finding import CheckPage, Severity
from mailsetup.model.language import language, translated
from mailsetup.model.message import phrase

from .explain import paragraphs, remedies
from .policy import CLAUSE_MISSED
from .registry import checks_by_id
from .waivers import EXPIRED

OF_THE_RUN = {
    EXPIRED: CheckPage(
        EXPIRED,
        phrase("A waiver whose day is over"),
        Severity.WARNING,
        (
            phrase(
                "A waiver of mailsetup.toml accepts a finding until its day; after it, the finding counts again."
            ),
        ),
        (phrase("Mend what it waived, or give it a new day and a reason that still holds."),),
        ("mailsetup.toml",),
        (),
    ),
    CLAUSE_MISSED: CheckPage(
        CLAUSE_MISSED,
        phrase("A clause of the chosen rulebook is not met"),
        Severity.ERROR,
        (
            phrase(
                "The rulebook given with --policy asks for more here than the standards do; the finding cites its clause."
            ),
        ),
        (phrase("Publish what the clause asks for, or choose a policy without it."),),
        (phrase("the rulebook named in the finding"),),
        (),
    ),
}
"""What a run reports by itself, without a check."""


def check_page(check_id: str) -> CheckPage | None:
    """The page of a check in the language in use; None for one that is not known (a result of another version)."""
    return _page(check_id, language())


@cache
def _page(check_id: str, _: str) -> CheckPage | None:
    check = checks_by_id().get(check_id)
    if check is None:
        return _of_the_run(check_id)
    return CheckPage(
        check.id,
        translated(check.title),
        check.severity,
        tuple(" ".join(translated(paragraph).split()) for paragraph in paragraphs(check)),
        tuple(remedies(check)),
        tuple(map(said_cite, check.cites)),
        check.codes,
        check.effective,
    )


def _of_the_run(check_id: str) -> CheckPage | None:
    page = OF_THE_RUN.get(check_id)
    if page is None:
        return None
    return page._replace(
        title=translated(page.title),
        prose=tuple(map(translated, page.prose)),
        remedies=tuple(map(translated, page.remedies)),
        cites=tuple(map(translated, page.cites)),
    )
