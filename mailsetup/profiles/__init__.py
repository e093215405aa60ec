"""
Provider profiles: reading them, filling them for a domain, recognising who runs a domain's mail.

No provider's name stands in Python: whatever is particular to one is in its file under
``provider_profiles/``, and adding one is adding a file.

Decisions
---------
- Parsing checks keys and types strictly (an unknown key names the nearest known one), but does
  not compile the regular expressions: four hundred of them would cost more than everything else
  a command does. They are compiled when first needed; `doctor` and the tests compile all.
- What only the tenant knows is asked for and never worked out, even where a formula seems to
  fit most domains.
- Names are imported when first used: an audit needs recognition, not the reading of TOML.
- `detect` is a walk of its own that asks what the audit asks anyway.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mailsetup.profiles.claims import claim, spf_claim
    from mailsetup.profiles.doctor import Diagnosis, diagnose
    from mailsetup.profiles.files import bundled, load, load_all, profile_ids
    from mailsetup.profiles.filling import resolve
    from mailsetup.profiles.reading import parse
    from mailsetup.profiles.recognition import Detectors, detect, detect_walk, detectors, selector_hints

__all__ = [
    "Detectors",
    "Diagnosis",
    "bundled",
    "claim",
    "detect",
    "detect_walk",
    "detectors",
    "diagnose",
    "load",
    "load_all",
    "parse",
    "profile_ids",
    "resolve",
    "selector_hints",
    "spf_claim",
]

_HOMES = {
    "claims": ("claim", "spf_claim"),
    "recognition": ("Detectors", "detect", "detect_walk", "detectors", "selector_hints"),
    "doctor": ("Diagnosis", "diagnose"),
    "files": ("bundled", "load", "load_all", "profile_ids"),
    "reading": ("parse",),
    "filling": ("resolve",),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> Any:
    home = _HOME_OF.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{home}"), name)
