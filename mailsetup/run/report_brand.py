"""
The brand of a report, from ``brand.toml``: a table ``[report]`` of its own, or what the kit's tables say.

```toml
[report]
name = "Fern Mail Consulting"
consultant = "The Consultant"
contact = "ada@fern.example, +44 20 7946 0000"
logo = "logo.png"
primary = "#0f5b8c"
```
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from mailsetup.model.errors import InputError
from mailsetup.model.message import phrase, say
from mailsetup.model.nearest import nearest
from mailsetup.model.report_brand import ReportBrand

KEYS = ("name", "consultant", "role", "contact", "site", "tagline", "logo", "logo_alt", "primary")
TEXT_LIMIT = 200  # characters of one line
LOGO_LIMIT = 96 * 1024  # octets: in base64 a third of what a whole report may weigh
TYPES = {
    "png": "image/png",
    "jpeg": "image/jpeg",
    "gif": "image/gif",
    "webp": "image/webp",
    "svg": "image/svg+xml",
}


class _Source(NamedTuple):
    path: Path
    data: Mapping[str, Any]
    own: Mapping[str, Any]


def load_report_brand(path: str) -> ReportBrand:
    """The brand in a file; `InputError` names the file, the key and what to write."""
    from mailsetup.edge.files import read_text
    from mailsetup.kit.toml_tables import load

    place = Path(path)
    if not place.is_file():
        raise InputError(say("--brand: there is no file {place}; name a brand.toml", place=place))
    data = load(read_text(place, phrase("brand file")), str(place))
    source = _Source(place, data, _table(place, data, "report"))
    _only_known(source)
    name = _text(source, "name", _inside(data, "brand", "name"))
    if not name:
        raise InputError(
            say(
                "{place}: who hands the report over is missing; write [report] on a line of its own and below it "
                'name = "Fern Mail Consulting"; primary = "#0f5b8c" and logo = "logo.png" may follow',
                place=place,
            )
        )
    person = next(iter(p for p in _list(data.get("people")) if isinstance(p, Mapping)), {})
    return ReportBrand(
        name=name,
        consultant=_text(source, "consultant", person.get("name")),
        role=_text(source, "role", person.get("role")),
        contact=_text(source, "contact", person.get("email")),
        site=_text(source, "site", _inside(data, "brand", "site")),
        tagline=_text(source, "tagline", _inside(data, "brand", "tagline")),
        logo_alt=_text(source, "logo_alt", _inside(data, "logo", "alt")) or name,
        **_colors(source),
        **_logo(source),
    )


def _table(place: Path, data: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = data.get(name, {})
    if not isinstance(found, Mapping):
        raise InputError(
            say("{place}: {name} is not a table; write [{name}] on a line of its own", place=place, name=name)
        )
    return found


def _only_known(source: _Source) -> None:
    for key in source.own:
        if key not in KEYS:
            near = nearest(key, KEYS)
            hint = (
                say("; did you mean {near}?", near=near[0])
                if near
                else say("; there are {known}", known=", ".join(KEYS))
            )
            raise InputError(
                say('{file}: [report] has no key "{key}"{hint}', file=source.path, key=key, hint=hint)
            )


def _inside(data: Mapping[str, Any], table: str, key: str) -> Any:
    found = data.get(table)
    return found.get(key) if isinstance(found, Mapping) else None


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _text(source: _Source, key: str, fallback: Any = "") -> str:
    """A line of the report's own table, else the kit's value (of which any language will do)."""
    from mailsetup.kit.fields import Refused, text

    value = source.own.get(key, fallback)
    if isinstance(value, Mapping):
        value = value.get("en") or next(iter(value.values()), "")
    if not isinstance(value, str):
        if key in source.own:
            raise InputError(
                say("{file}: [report] {key} is not a text; put it in quotes", file=source.path, key=key)
            )
        return ""
    try:
        return text(value, TEXT_LIMIT)
    except Refused as fault:
        raise InputError(
            say("{path}: [report] {key} {fault}", path=source.path, key=key, fault=fault)
        ) from None


def _colors(source: _Source) -> dict[str, Any]:
    from mailsetup.kit import colors
    from mailsetup.kit.fields import Refused

    given = source.own.get("primary", _inside(source.data, "colors", "primary"))
    if given is None:
        return {}
    try:
        found = colors.palette({"primary": colors.parse(str(given))}, {})
    except (Refused, ValueError) as fault:
        raise InputError(say("{file}: primary {fault}", file=source.path, fault=fault)) from None
    light, dark = found.light, found.dark
    return {
        "primary": light.primary,
        "on_primary": light.on_primary,
        "link": light.link,
        "link_dark": colors.nearest_passing(dark.link, "#18212b"),
    }


def _logo(source: _Source) -> dict[str, Any]:
    import base64

    from mailsetup.edge.files import read_bytes
    from mailsetup.kit.logo import GRAVE_EDGE, measure

    given = source.own.get("logo", _inside(source.data, "logo", "file"))
    if not given:
        return {}
    if not isinstance(given, str):
        raise InputError(
            say(
                '{file}: the logo is not a file name; write logo = "logo.png" under [report]',
                file=source.path,
            )
        )
    folder = source.path.parent
    path = folder / given
    if not path.resolve().is_relative_to(folder.resolve()):
        raise InputError(
            say(
                "{file}: the logo {logo} leads out of the brand's folder; copy the file into it",
                file=source.path,
                logo=path,
            )
        )
    if not path.is_file():
        raise InputError(
            say(
                "{file}: the logo {logo} is not there; put it beside the brand file",
                file=source.path,
                logo=path,
            )
        )
    data = read_bytes(path, phrase("logo"), LOGO_LIMIT + 1)
    if len(data) > LOGO_LIMIT:
        raise InputError(
            say(
                "{file}: is larger than {logo_limit} KB; export it smaller, 400 pixels wide is enough",
                file=path,
                logo_limit=LOGO_LIMIT // 1024,
            )
        )
    found = measure(data, str(path))
    encoded = base64.b64encode(data).decode("ascii")
    return {
        "logo": f"data:{TYPES[found.form]};base64,{encoded}",
        "plate": found.transparent and found.edge_contrast_dark < GRAVE_EDGE,
    }
