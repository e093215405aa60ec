"""A refusal proposes what a slip of the hand leads to, and nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailsetup.model.nearest import nearest
from mailsetup.profiles.files import profile_ids
from mailsetup.run.policy import policy_names
from mailsetup.run.registry import checks_by_id

OPTIONS = ["--resolver", "--policy", "--timeout", "--format", "--zone", "--offline", "--output"]


@pytest.mark.parametrize(
    "typed, known, wanted",
    [
        ("gogle-workspace", profile_ids, ["google-workspace"]),
        ("google_workspace", profile_ids, ["google-workspace"]),
        ("Mircosoft-365", profile_ids, ["microsoft-365"]),
        ("spf/to-many-lookups", checks_by_id, ["spf/too-many-lookups"]),
        ("too-many-lookups", checks_by_id, ["spf/too-many-lookups"]),
        ("stict", policy_names, ["strict"]),
        ("--timeot", OPTIONS, ["--timeout"]),
        ("--fromat", OPTIONS, ["--format"]),
        ("--res", OPTIONS, ["--resolver"]),
        ("bra", ["bar", "card"], ["bar"]),
        ("SUB-99", ["SUB-01", "CSS-02"], ["SUB-01"]),
    ],
)
def test_a_slip_is_understood(typed, known, wanted):
    """A letter wrong, missing, too much or swapped; another case; a word without its family."""
    assert nearest(typed, known() if callable(known) else known) == wanted


@pytest.mark.parametrize(
    "typed, known",
    [
        ("nosuch", profile_ids),
        ("something", profile_ids),
        ("myprovider", profile_ids),
        ("xyz", profile_ids),
        ("nosuch", checks_by_id),
        ("spf/nosuch", checks_by_id),
        ("nosuch", policy_names),
        ("--only", OPTIONS),
        ("--everything", OPTIONS),
        ("x", ["a", "b", "c"]),
        ("", ["a", ""]),
    ],
)
def test_what_is_far_off_is_not_proposed(typed, known):
    """A word nobody could have meant helps nobody."""
    assert nearest(typed, known() if callable(known) else known, 3) == []


@given(st.text(max_size=80), st.lists(st.text(max_size=30), max_size=8))
def test_any_text_has_an_answer(typed, known):
    """Of the known words, no more than asked for."""
    found = nearest(typed, known, 2)

    assert len(found) <= 2
    assert set(found) <= set(known)
