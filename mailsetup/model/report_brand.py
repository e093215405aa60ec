"""Who hands a report over: name, logo and colours, ready to be shown."""

from __future__ import annotations

from typing import NamedTuple


class ReportBrand(NamedTuple):
    """
    ``name`` is the firm, ``consultant`` the person; colours are six-digit hex with ``on_primary`` readable on
    ``primary``; ``logo`` is a ``data:`` URI of a picture, ``logo_dark`` the same for a dark page (empty: the first).
    """

    name: str
    consultant: str = ""
    contact: str = ""
    site: str = ""
    tagline: str = ""
    primary: str = ""
    on_primary: str = ""
    logo: str = ""
    logo_dark: str = ""
    logo_alt: str = ""
