"""
Since when a published rule holds: one shape in the files and in JSON, and one way to say it.

``2024-02-01`` (or ``2024-02``, ``2024``) is the day it came into force, ``before 2014`` a day it was there
already, ``page 2026-05-15`` the date of the page it stands on where nobody says since when, ``old`` a rule that
was always there.
"""

from __future__ import annotations

import re

from .message import Message, say

SHAPE = re.compile(r"(?:(?P<how>page|before) )?(?P<day>\d{4}(?:-\d\d){0,2})|old")


def in_force(text: str) -> Message:
    """The words for it."""
    match = SHAPE.fullmatch(text)
    if match is None or not match["day"]:
        return say("a rule of old")
    if match["how"] == "page":
        return say("on a page of {day}", day=match["day"])
    if match["how"] == "before":
        return say("since before {day}", day=match["day"])
    return say("since {day}", day=match["day"])
