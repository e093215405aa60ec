"""The names that lists are asked for."""

from __future__ import annotations

import dns.reversename
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailsetup.model.errors import UsageError
from mailsetup.run.blocklists import read_target, read_targets
from mailsetup.walks.blocklist_names import entry_name

V4 = dns.reversename.ipv4_reverse_domain
V6 = dns.reversename.ipv6_reverse_domain


@given(st.ip_addresses().filter(lambda address: getattr(address, "ipv4_mapped", None) is None))
def test_an_address_is_reversed_as_in_reverse_dns(address: object) -> None:
    """
    Octets for IPv4, nibbles for IPv6: the same labels as a PTR look-up has, as dnspython makes them.
    """
    reverse = dns.reversename.from_address(str(address))
    origin = V4 if reverse.is_subdomain(V4) else V6
    labels = reverse.relativize(origin).to_text()

    assert f"{labels}.list.test" == entry_name(str(address), "list.test")


def test_an_ipv6_address_has_32_labels() -> None:
    """
    RFC 5782 section 2.4: nibbles, never the groups between the colons.
    """
    expected = "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.list.test"

    assert expected == entry_name("2001:db8::1", "list.test")


def test_a_domain_stands_in_front_as_it_is() -> None:
    """
    RFC 5782 section 3: domain names are not reversed.
    """
    assert "mail.example.com.list.test" == entry_name("mail.example.com", "list.test")


@pytest.mark.parametrize(
    ("typed", "target"),
    [(" 192.0.2.1 ", "192.0.2.1"), ("[2001:DB8::1]", "2001:db8::1"), ("[IPv6:2001:db8::1]", "2001:db8::1"),
     ("::ffff:192.0.2.1", "192.0.2.1"),
     ("Example.COM.", "example.com"), ("bücher.example", "xn--bcher-kva.example")],
)  # fmt: skip
def test_targets_are_read_as_people_type_them(typed: str, target: str) -> None:
    """
    Addresses in any form, names in any case and script.
    """
    assert target == read_target(typed)


@pytest.mark.parametrize(
    ("typed", "word"),
    [
        ("192.0.2.0/24", "network"),
        ("fe80::1%eth0", "one machine"),
        ("300.1.2.3", "IP address"),
        ("", "empty"),
    ],
)
def test_what_is_no_target_is_refused_in_a_sentence(typed: str, word: str) -> None:
    """
    The sentence says what to type instead.
    """
    with pytest.raises(UsageError, match=word):
        read_target(typed)


def test_one_bad_target_stops_no_other() -> None:
    """
    The good ones are kept in order, each once.
    """
    found = read_targets(["192.0.2.1", "192.0.2.0/24", "192.0.2.1", "example.com"])

    assert ["192.0.2.1", "example.com"] == found.names
    assert 1 == len(found.refused)
