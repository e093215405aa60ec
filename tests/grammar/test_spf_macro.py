"""SPF macros against the examples of RFC 7208 section 7.4."""

from __future__ import annotations

import pytest

from mailsetup.grammar.spf_macro import cut, expand, is_askable, target_name

VALUES = {
    "s": "strong-bad@email.example.com",
    "l": "strong-bad",
    "o": "email.example.com",
    "d": "email.example.com",
    "i": "192.0.2.3",
    "v": "in-addr",
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("%{s}", "strong-bad@email.example.com"),
        ("%{d4}", "email.example.com"),
        ("%{d2}", "example.com"),
        ("%{d1}", "com"),
        ("%{dr}", "com.example.email"),
        ("%{d2r}", "example.email"),
        ("%{l-}", "strong.bad"),
        ("%{lr-}", "bad.strong"),
        ("%{l1r-}", "strong"),
        ("%{ir}.%{v}._spf.%{d2}", "3.2.0.192.in-addr._spf.example.com"),
        ("%{lr-}.lp._spf.%{d2}", "bad.strong.lp._spf.example.com"),
        ("%{lr-}.lp.%{ir}.%{v}._spf.%{d2}", "bad.strong.lp.3.2.0.192.in-addr._spf.example.com"),
        ("%{d2}.trusted-domains.example.net", "example.com.trusted-domains.example.net"),
        ("%%%_%-", "% %20"),
        ("%{S}", "strong-bad%40email.example.com"),
    ],
)
def test_macros_expand_as_the_rfc_shows(text: str, expected: str) -> None:
    """
    Splitting, reversing, keeping the right-hand parts, and URL escapes for upper case.
    """
    assert expected == expand(text, VALUES)


def test_a_letter_without_a_value_leaves_the_text_undecided() -> None:
    """
    A name that depends on the sender is None, one that depends only on the domain is not.
    """
    assert target_name("%{i}._spf.%{d}", "example.com", "example.com") is None
    assert target_name("_spf.%{d}.", "Example.NET", "example.com") == "_spf.example.net"
    assert target_name("%{o}", "example.net", "example.com") == "example.com"
    assert target_name("", "example.net", "example.com") == "example.net"


def test_long_names_lose_labels_on_the_left() -> None:
    """
    Whole labels go until 253 characters are left (RFC 7208 section 7.3).
    """
    name = ".".join(["a" * 60] * 5)

    assert ".".join(["a" * 60] * 4) == cut(name)
    assert not is_askable("a..example.com")
    assert not is_askable("a" * 64 + ".example.com")
    assert not is_askable("com")
