"""What kind of place an address is in, told quickly, is what `ipaddress` tells."""

from __future__ import annotations

import ipaddress

from hypothesis import given
from hypothesis import strategies as st

from mailsetup.walks.addresses import _place_read, is_loopback, is_private, is_public, networks

ADDRESSES = st.one_of(
    st.ip_addresses(v=4).map(str),
    st.ip_addresses(v=6).map(str),
    st.integers(0, (1 << 125) - 1).map(lambda low: str(ipaddress.IPv6Address((0x2000 << 112) | low))),
    st.sampled_from(
        ("2001::1", "2001:db8::1", "2002::1", "3fff::1", "3FFF::1", "::ffff:10.0.0.1", "64:ff9b::1")
    ),
    st.text("0123456789abcdefABCDEF:.%x/", max_size=18),
)


@given(ADDRESSES)
def test_the_quick_answer_is_the_slow_one(address: str):
    """Most addresses are told by their first octet or group; the rest is read."""
    loopback, reachable = _place_read(address)

    assert (loopback, not (loopback or reachable)) == (is_loopback(address), is_private(address))
    assert ((loopback, reachable) == (False, True)) == is_public(address)


@given(ADDRESSES)
def test_the_network_of_an_address_holds_it(address: str):
    """/24 for IPv4, /48 for IPv6, in canonical spelling; text that is no address stands nowhere."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0] if ":" in address else address)
    except ValueError:
        expected: tuple[str, ...] = ()
    else:
        bits = 24 if ip.version == 4 else 48
        expected = (str(ipaddress.ip_network((ip, bits), strict=False)),)

    assert expected == networks([address]) or "%" in address
