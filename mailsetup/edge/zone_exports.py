"""What the exports of DNS hosts say beside RFC 1035: in comments, in a TTL that is none, in a name of their own."""

from __future__ import annotations

import re
from typing import NamedTuple

HEAD_LENGTH = 16_384  # characters in which the heading of an export is looked for
AUTOMATIC_TTL = 1  # written for "automatic" by the host that tags its records
AUTOMATIC_SECONDS = 300  # what that host publishes for it

_TAGS = "cf_tags="
_TAGS_HEADING = re.compile(r"^;; Domain: ", re.MULTILINE)
_PROXIED = re.compile(r";.*\bcf_tags=\S*\bcf-proxied:true\b")
_AT_HEADING = re.compile(r"^; Exported \(y-m-d", re.MULTILINE)


class Export(NamedTuple):
    """
    How a text departs from a master file.

    ``tagged``: a comment behind a record may say that a proxy answers for it, and a TTL of one second is none.
    ``at_ends``: a name that ends in ``.@`` is meant below the origin.
    """

    tagged: bool = False
    at_ends: bool = False


def export_of(text: str) -> Export:
    """The form of a text, by its heading and its comments."""
    tagged = _TAGS in text or _TAGS_HEADING.search(text, 0, HEAD_LENGTH) is not None
    return Export(tagged, _AT_HEADING.search(text, 0, HEAD_LENGTH) is not None)


def is_proxied(line: str) -> bool:
    """Whether the comment behind a record says that the host's proxy answers for it."""
    return _PROXIED.search(line) is not None
