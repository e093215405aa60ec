"""Who hands a report over: name, logo and colours, ready to be shown."""

from __future__ import annotations

from typing import NamedTuple


class ReportBrand(NamedTuple):
    """
    ``name`` is the firm, ``consultant`` the person who signs; the rest may be empty.

    Colours are six-digit hex: ``primary`` with ``on_primary`` readable on it, ``link`` readable on a white page and
    ``link_dark`` on a dark one. ``logo`` is a ``data:`` URI; ``plate`` says that it needs a light plate behind it.
    """

    name: str
    consultant: str = ""
    role: str = ""
    contact: str = ""
    site: str = ""
    tagline: str = ""
    primary: str = ""
    on_primary: str = ""
    link: str = ""
    link_dark: str = ""
    logo: str = ""
    logo_alt: str = ""
    plate: bool = False
