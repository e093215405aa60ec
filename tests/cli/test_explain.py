"""What ``explain`` takes: a check's id, a rule's about letters, or a code of the rulebook, in each form."""

from __future__ import annotations

import pytest

from .command import mailsetup, refused


def test_a_code_of_the_rulebook_is_explained_by_its_check() -> None:
    """
    Pages and docs/coverage.md name codes, so a code is asked for; in small letters too.
    """
    page = mailsetup("explain", "spf/multiple-records").out

    assert "SPF_MULTIPLE" in page
    assert page == mailsetup("explain", "SPF_MULTIPLE").out == mailsetup("explain", "spf_multiple").out


def test_a_code_that_several_decide_has_the_page_of_each() -> None:
    """
    The same flaw is seen in DNS and in a letter.
    """
    told = mailsetup("explain", "DKIM_T_TESTING").out

    for name in ("dkim/testing-flag", "message/testing-key"):
        assert mailsetup("explain", name).out.rstrip() in told


def test_a_receivers_rule_is_found_by_its_name() -> None:
    """
    Sentences about receivers end with "(rule GMX-PTR)".
    """
    assert "receiver/gmx-ptr" in mailsetup("explain", "GMX-PTR").out


def test_a_slip_in_a_code_is_answered_with_codes() -> None:
    """
    Who types a code means one.
    """
    assert "SPF_MULTIPLE" in refused(mailsetup("explain", "SPF_MULTIPEL"))


@pytest.mark.parametrize("name", ["message/arc-broken", "receiver/gmx-ptr", "ARC_CV"])
def test_rules_about_letters_have_a_page_in_markdown(name: str) -> None:
    """
    As the checks have; before, they were said not to exist.
    """
    page = mailsetup("explain", name, "--format", "md")

    assert page.out.startswith("### "), page.err
    assert "Source: " in page.out
    assert "Rulebook: `" in page.out
