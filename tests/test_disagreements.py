"""Where mailsetup and checkdmarc judge the same SPF and DMARC records differently, it is known why and who is right."""

from __future__ import annotations

import time

import pytest

from tests.corpora import corpus
from tests.disagreements import PARTS, Disagreement, Fragment, class_of, classes, differences

SECONDS = 60  # of processor time, for each part


@pytest.mark.parametrize("known", classes(), ids=lambda c: c.id)
def test_a_class_is_reproduced_by_its_record(known: Disagreement) -> None:
    """
    The two differ on the class's own zone, in just this way; a class that no longer exists is to be taken out.
    """
    found = [d for d in differences(known.domain, Fragment(known)) if d.subject == known.subject]

    assert [known.id] == [c.id if (c := class_of(d)) else str(d) for d in found]


@pytest.mark.parametrize("known", classes(), ids=lambda c: c.id)
def test_a_class_says_who_is_right_and_why(known: Disagreement) -> None:
    """
    Where checkdmarc is right mailsetup is to be mended, not excused.
    """
    assert known.right in ("mailsetup", "both")
    assert known.rule.startswith("RFC ")
    assert known.title and known.why


@pytest.mark.slow
@pytest.mark.parametrize("part", list(PARTS))
def test_every_disagreement_over_the_corpus_is_of_a_known_class(
    part: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """
    Both judge the same answers; what nobody has explained fails. The share is printed.
    """
    corpus("zones/bind")
    began = time.process_time()
    make, every = PARTS[part]
    work = make(every)
    unexplained, differing = [], 0
    for domain, source in work:
        found = list(differences(domain, source))
        differing += bool(found)
        unexplained += [(domain, d) for d in found if class_of(d) is None]
    took = time.process_time() - began
    with capsys.disabled():
        print(
            f"\n{part}: one of {every}, {len(work)} domains, {differing} in disagreement with checkdmarc"
            f" ({differing / len(work):.1%}), unexplained {len(unexplained)}, {took:.1f} s"
        )

    assert [] == unexplained
    assert took < SECONDS
