"""What the tests of this folder share: a list asked of a fragment."""

from __future__ import annotations

from typing import Any

from mailsetup.profiles.blocklists import blocklist_named
from mailsetup.walks.blocklist_subjects import Subject, address_subject
from mailsetup.walks.blocklistings import Listing, listings
from tests.zones import world


def said(name: str, fragment: str, target: str = "203.0.113.9", kind: Any = None) -> Listing:
    """What a list says of one target in a fragment."""
    subject = address_subject(target) if kind is None else Subject(kind, target)
    assert subject is not None
    (listing,) = world(fragment, "unused.test").read(listings(blocklist_named(name), [subject]))
    return listing
