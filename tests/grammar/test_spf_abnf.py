"""The SPF parser beside the grammar of RFC 7208 section 12, written down a second time as regular expressions."""

from __future__ import annotations

import re
from ipaddress import AddressValueError, IPv6Address

from hypothesis import given, settings
from hypothesis import strategies as st

from mailsetup.grammar.spf import is_spf, parse_spf

TOP_LABEL = r"(?:[a-z0-9]*[a-z][a-z0-9]*|[a-z0-9]+-[a-z0-9-]*[a-z0-9])"
EXPAND = r"(?:%\{[slodiphcrtv][0-9]*r?[-.+,/_=]*\}|%%|%_|%-)"
MACRO_STRING = rf"(?:{EXPAND}|[\x21-\x24\x26-\x7e])*"
DOMAIN_SPEC = rf"{MACRO_STRING}(?:\.{TOP_LABEL}\.?|{EXPAND})"
FOUR, SIX = r"/(0|[1-9][0-9]?)", r"/(0|[1-9][0-9]{0,2})"
OCTET = r"(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9][0-9]|[0-9])"
DIRECTIVES = [
    re.compile(rf"[-+?~]?(?:{pattern})\Z", re.IGNORECASE)
    for pattern in (
        "all",
        rf"(?:include|exists):{DOMAIN_SPEC}",
        rf"(?:a|mx)(?::{DOMAIN_SPEC})?(?:{FOUR})?(?:/{SIX})?",
        rf"ptr(?::{DOMAIN_SPEC})?",
        rf"ip4:{OCTET}(?:\.{OCTET}){{3}}(?:{FOUR})?",
    )
]
IP6 = re.compile(rf"[-+?~]?ip6:([0-9a-f:.]+)(?:{SIX})?\Z", re.IGNORECASE)
KNOWN = re.compile(rf"(redirect|exp)={DOMAIN_SPEC}\Z", re.IGNORECASE)
UNKNOWN = re.compile(rf"(?!(?:redirect|exp)=)[a-z][a-z0-9_.-]*={MACRO_STRING}\Z", re.IGNORECASE)
LETTERS = re.compile(r"%\{([a-z])([0-9]*)", re.IGNORECASE)


def is_term(word: str) -> bool:
    """Whether a word is a directive or a modifier, the ranges and letters of the prose too."""
    known, unknown = KNOWN.match(word), UNKNOWN.match(word)
    for letter, digits in LETTERS.findall(re.sub("%%", "", word)):
        if (digits and not int(digits)) or (letter in "crtCRT" and not unknown):
            return False
    six = IP6.match(word)
    if six:
        return is_address6(six[1]) and int(six[2] or 0) <= 128
    for directive in DIRECTIVES:
        found = directive.match(word)
        if found:
            lengths = (*found.groups(), None, None)
            return int(lengths[0] or 0) <= 32 and int(lengths[1] or 0) <= 128
    return bool(known or unknown)


def is_address6(text: str) -> bool:
    """RFC 4291 section 2.2."""
    try:
        return bool(IPv6Address(text))
    except AddressValueError:
        return False


def is_valid(text: str) -> bool:
    """Whether a text is a record without a syntax error (sections 4.5, 4.6, 6 and 12)."""
    words = [word for word in text[6:].split(" ") if word]
    names = [word.partition("=")[0].lower() for word in words if KNOWN.match(word)]
    return all(map(is_term, words)) and len(names) == len(set(names))


def one_of(words: str) -> st.SearchStrategy[str]:
    """One of the words; ``_`` is none."""
    return st.sampled_from(["" if word == "_" else word for word in words.split()])


def joined(*parts: st.SearchStrategy[str] | str) -> st.SearchStrategy[str]:
    """The parts side by side."""
    return st.tuples(*(st.just(p) if isinstance(p, str) else p for p in parts)).map("".join)


signs = one_of("_ _ _ + - ~ ? ++ !")
labels = one_of(
    "mail example net a x-y _spf 1 12 9a -a a- -- xn--p1ai a/b a:b _ 0 co-1 1-1 1- EXAMPLE * @ ! ~all a=b \xe9 a\x7fb "
    "%{i} %{d} %{ir} %{d2} %{d1r} %{L} %{S2R} %{lr+-} %{d0} %{d00} %{d01} %{c} %{x} %{ % %% %_ %- %{} %{d %(d) %{dr2} "
    "%{d.} %{d_} %{d:} %%{d} %{D128r=/}"
)
domains = joined(
    st.lists(labels, min_size=1, max_size=3).map(".".join), one_of("_ .com .org .net. .example .. . , ;")
)
lengths = one_of(
    "_ _ _ /0 /24 /32 /33 / /00 /08 //0 //64 //128 //129 /24//64 /24/64 // ///64 /24// //064 /128 /999 /x"
)
addresses = one_of(
    "192.0.2.1 0.0.0.0 255.255.255.255 256.1.1.1 01.2.3.4 1.2.3 1.2.3.4.5 1.2.3.4. 1.2.3.x _ :: ::1 2001:db8::1 ::g "
    "1:2:3:4:5:6:7:8 1:2:3:4:5:6:7:8:9 1::2::3 ::: ::ffff:1.2.3.4 ::1.2.3.04 [::1] 1:2:3:4:5:6:7:: fe80::1%0"
)
terms = st.one_of(
    joined(signs, one_of("all ALL all: all/8 all. all=x alll")),
    joined(
        signs,
        one_of("include: Include: exists: a: MX: ptr: include exists: redirect: ip4:"),
        domains,
        lengths,
    ),
    joined(signs, one_of("a mx ptr include exists A ip4 ip6"), lengths),
    joined(signs, one_of("a mx ptr MX ip4"), lengths, one_of("_ :"), domains, lengths),
    joined(signs, one_of("ip4: ip6: IP4:"), addresses, lengths),
    joined(one_of("_ _ _ -"), one_of("redirect= exp= EXP= Redirect="), domains),
    joined(
        one_of("foo= x-y_z.1= 1a= a= all= mx= v= _a= foo a%="),
        one_of("_ bar % %% %{d} %{c} %x a=b \x7f spf1"),
    ),
)
records = joined(
    one_of("v=spf1 v=spf1 V=SPF1"),
    st.lists(joined(one_of("# # ##"), terms), max_size=4).map("".join),
    one_of("_ # ##"),
).map(lambda text: text.replace("#", " "))


@settings(max_examples=500, deadline=None)
@given(records)
def test_the_parser_and_the_grammar_agree(text: str) -> None:
    """
    A record has a fault exactly where the grammar does not derive it.
    """
    assert is_spf(text)
    assert is_valid(text) == parse_spf(text).valid
