"""Pictures of letters compared with those kept beside the tests, with a page that shows how they differ."""

from __future__ import annotations

import base64
import html
import io
from pathlib import Path

from PIL import Image, ImageChops

KEPT = Path(__file__).parent / "golden"
CELL = 8  # pixels of the screen in one of the picture that is kept: letters blur, shapes and colours stay
UNLIKE = 40  # of 255: beyond it a cell differs
TOLERATED = 0.02  # of all cells; another release of the browser or of a font moves some edges
PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>{name}</title>
<style>img{{image-rendering:pixelated;width:24em}}</style></head>
<body><h1>{name}: {said}</h1><p>kept · found · what differs</p>{pictures}</body></html>
"""


def drawn(picture: Image.Image) -> int:
    """How many points differ from the commonest colour."""
    counted = picture.getcolors(picture.width * picture.height) or []
    return picture.width * picture.height - max(count for count, _ in counted)


def small(picture: Image.Image) -> Image.Image:
    """The picture, a cell a point."""
    return picture.resize((picture.width // CELL, max(1, picture.height // CELL)), Image.Resampling.BOX)


def kept(name: str) -> Image.Image | None:
    """The picture kept under a name."""
    path = KEPT / f"{name}.png"
    return Image.open(path).convert("RGB") if path.exists() else None


def keep(name: str, picture: Image.Image) -> None:
    """Writes the picture anew."""
    KEPT.mkdir(exist_ok=True)
    small(picture).quantize(64).save(KEPT / f"{name}.png", optimize=True)


def difference(name: str, picture: Image.Image, report: Path) -> str:
    """What differs beyond what is tolerated, in words; ``report`` is then a page that shows it."""
    before, now = kept(name), small(picture)
    if before is None:
        return f"no picture is kept as {name}"
    if abs(before.height - now.height) > 3 or before.width != now.width:
        said = f"was {before.size}, is {now.size} cells"
        apart = now
    else:
        now = now.crop((0, 0, *before.size))
        apart = ImageChops.difference(before, now).convert("L").point(lambda v: 255 if v > UNLIKE else 0)
        share = apart.histogram()[255] / (apart.width * apart.height)
        if share <= TOLERATED:
            return ""
        said = f"{share:.1%} of its cells differ"
    shown = "".join(_img(one) for one in (before, now, apart))
    report.write_text(
        PAGE.format(name=html.escape(name), said=said, pictures=shown), encoding="utf-8", newline="\n"
    )
    return f"{said}: {report}"


def _img(picture: Image.Image) -> str:
    out = io.BytesIO()
    picture.save(out, "PNG")
    return f'<img alt="" src="data:image/png;base64,{base64.b64encode(out.getvalue()).decode()}">'
