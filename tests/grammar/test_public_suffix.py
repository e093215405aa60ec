"""A name's public suffix is read from the rules of its top-level label alone; the whole list says the same."""

from __future__ import annotations

import pkgutil

from publicsuffixlist import PublicSuffixList

from mailsetup.grammar.public_suffix import ends_in_listed_label, is_public_suffix, organizational_domain
from mailsetup.model.names import to_unicode

LINES = (pkgutil.get_data("publicsuffixlist", "public_suffix_list.dat") or b"").decode("utf-8").splitlines()
RULES = [line.split()[0] for line in LINES if line and not line.startswith("//")]


def test_every_rule_is_read_as_the_whole_list_reads_it() -> None:
    whole = PublicSuffixList(accept_encoded_idn=False)
    names = [rule.replace("*", "some").lstrip("!") for rule in RULES]
    names += [f"mail.shop.{name}" for name in names]

    differing = []
    for name in names:
        known = name.encode("idna").decode("ascii")
        suffix = whole.publicsuffix(to_unicode(known)) or ""
        if is_public_suffix(known) != (suffix == to_unicode(known)):
            differing.append(name)
        labels = suffix.count(".") + 2 if suffix else 1
        if organizational_domain(known) != ".".join(known.split(".")[-labels:]):
            differing.append(name)

    assert len(RULES) > 9000
    assert differing == []


def test_a_label_nobody_lists_counts_as_a_suffix() -> None:
    assert is_public_suffix("internal")
    assert organizational_domain("mail.office.internal") == "office.internal"
    assert organizational_domain("a.b.xn--p1ai") == "b.xn--p1ai"
    assert not is_public_suffix("")


def test_a_file_name_ends_in_no_listed_label() -> None:
    assert ends_in_listed_label("example.com")
    assert ends_in_listed_label("example.xn--p1ai")
    assert ends_in_listed_label("www.ck")
    assert not ends_in_listed_label("notes.txt")
    assert not ends_in_listed_label("")
