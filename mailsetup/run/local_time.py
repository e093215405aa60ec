"""The time zone of this machine, which is most likely its owner's: for people only, never in a result."""

from __future__ import annotations


def machine_time_zone() -> str:
    """The IANA name of the time zone this system is set to, ``""`` where it cannot be told."""
    import warnings

    import tzlocal

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # two settings that disagree: one of them is taken
            return tzlocal.get_localzone_name() or ""
    except (LookupError, ValueError, OSError):
        return ""
