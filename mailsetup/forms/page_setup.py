"""The frame of HTML pages: templates that escape everything, a style and a script allowed by their hashes."""

from __future__ import annotations

import base64
import hashlib
import re
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from mailsetup.model.in_force import in_force
from mailsetup.model.language import language, plural, translated
from mailsetup.model.names import printable
from mailsetup.model.report_brand import ReportBrand

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

PLAIN_BRAND = ReportBrand(
    "", primary="#14405c", on_primary="#ffffff", link="#1b5e86", link_dark="#7cc0ea"
)  # who has none of their own
_CODE = re.compile(r"`([^`]{1,300})`")
_COLOR = re.compile(r"#[0-9a-f]{6}\Z")
_DATA_URI = re.compile(r"data:image/[a-z+]+;base64,[A-Za-z0-9+/=]+\Z")


@lru_cache(maxsize=1)
def environment() -> Environment:
    """The templates of the package; whatever is put into them is escaped."""
    from jinja2 import Environment, FunctionLoader, StrictUndefined

    made = Environment(
        loader=FunctionLoader(source),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    made.filters["prose"] = prose
    made.filters["in_force"] = lambda text: str(in_force(text))
    made.filters["sentence"] = sentence
    made.filters["word"] = translated
    made.install_gettext_callables(translated, plural, newstyle=True)  # type: ignore[attr-defined]
    return made


def _shown(value: Any) -> Any:
    """What is put into a page: text with its control and format characters as escapes."""
    return printable(value) if type(value) is str else value


def sentence(text: str) -> str:
    """A message that begins with a plain word, with a capital; names and terms stay as they are written."""
    first = text.partition(" ")[0]
    return text[:1].upper() + text[1:] if first.isalpha() and first.islower() else text


def prose(text: str) -> Markup:
    """A sentence of ours, escaped, with what stands between backticks as code."""
    from markupsafe import Markup, escape

    return Markup(_CODE.sub(r"<code>\1</code>", str(escape(text))))


@lru_cache(maxsize=8)
def source(name: str) -> str:
    """The text of a file beside the templates."""
    return files("mailsetup.forms").joinpath("page").joinpath(name).read_text(encoding="utf-8")


def frame(brand: ReportBrand | None, style: tuple[str, ...], script: str, label: str) -> dict[str, Any]:
    """
    What every page gets: language, brand, style, script, and the policy that allows these two and pictures within the page.

    ``label`` stands at the foot of each printed page.
    """
    from markupsafe import Markup

    shown = complete(brand)
    css = _variables(shown, label) + "".join(source(name) for name in style)
    js = source(script) if script else ""
    policy = (
        f"default-src 'none'; img-src data:; style-src '{_hash(css)}'; script-src '{_hash(js)}'; "
        "base-uri 'none'; form-action 'none'"
    )
    return {"language": language(), "brand": shown, "css": Markup(css), "js": Markup(js), "policy": policy}


def complete(brand: ReportBrand | None) -> ReportBrand:
    """A brand with every colour; what is not a colour or a picture within the page is left out."""
    given = brand or PLAIN_BRAND
    colors = {
        key: value if _COLOR.match(value := getattr(given, key)) else getattr(PLAIN_BRAND, key)
        for key in ("primary", "on_primary", "link", "link_dark")
    }
    return given._replace(**colors, logo=given.logo if _DATA_URI.match(given.logo) else "")


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode("utf-8")).digest()
    return f"sha256-{base64.b64encode(digest).decode('ascii')}"


def _variables(brand: ReportBrand, label: str) -> str:
    """The brand's colours and the foot of printed pages as CSS; the label's characters are ones that mean nothing there."""
    safe = re.sub(r"[^\w .,·:@+-]", "", label)[:120]
    return (
        f":root{{--primary:{brand.primary};--on-primary:{brand.on_primary};--link-light:{brand.link};"
        f'--link-dark:{brand.link_dark}}}\n@page{{@bottom-left{{content:"{safe}"}}}}\n'
    )
