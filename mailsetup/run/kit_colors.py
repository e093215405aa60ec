"""``mailsetup kit colors``: a brand's colours as a table, as a page, and mended."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from mailsetup.model.language import translated
from mailsetup.model.message import Message, phrase, say

from .kit_brand import brand_place

if TYPE_CHECKING:
    from mailsetup.kit.mended_colors import Change
    from mailsetup.kit.swatches import Pair


class Told(NamedTuple):
    """Sentences for the owner, and whether every colour that is given can be read."""

    lines: tuple[str, ...]
    readable: bool


def colors_command(path: str, *, page: str = "", fixed: str = "", force: bool = False) -> Told:
    """
    Every pair with its contrast; ``page`` and ``fixed`` name files to write.

    A fixed file is the same one with the nearest passing shades; the brand itself is never changed.
    """
    from mailsetup.edge.files import read_text, refuse_taken, write_text
    from mailsetup.kit import brand, mended_colors, swatches

    refuse_taken([Path(name) for name in (page,) if name], force=force, option="--page")
    refuse_taken([Path(name) for name in (fixed,) if name], force=force, option="--fixed")
    place = brand_place(path)
    text = read_text(place, phrase("brand file"))
    found = brand.parse(text, str(place), readable=False)
    pairs = (*swatches.pairs(found), *swatches.edges(found))
    made, changes = mended_colors.mended(text, str(place))
    notes = (*found.palette.notes, *swatches.notes(found))
    lines = [*_table(pairs), *(str(say("note: {note}", note=note)) for note in notes)]
    for change in changes:
        lines.append(str(_said(change)))
    if page:
        write_text(page, swatches.page(found), force=force, option="--page")
        lines.append(str(say("written: {file}", file=page)))
    if fixed:
        write_text(fixed, made, force=force, option="--fixed")
        lines.append(str(say("written: {file}", file=fixed)))
    failing = any(not pair.passes for pair in pairs if pair.setting in ("light", "dark"))
    return Told(tuple(lines), not failing)


def _said(change: Change) -> Message:
    if not change.before:
        return say(
            'write [{table}] {key} = "{after}"', table=change.table, key=change.key, after=change.after
        )
    return say(
        'write [{table}] {key} = "{after}" instead of {before}',
        table=change.table,
        key=change.key,
        after=change.after,
        before=change.before,
    )


def _table(pairs: Sequence[Pair]) -> Iterator[str]:
    """One line a pair: the setting, what stands on what, both colours, the contrast, and whether it is enough."""
    rows = []
    for pair in pairs:
        enough = str(
            say("ok") if pair.passes else say("too little, {wanted}:1 is needed", wanted=pair.wanted)
        )
        names = str(say("{color} on {ground}", color=pair.shade, ground=pair.ground))
        shades = str(say("{color} on {ground}", color=pair.color, ground=pair.on))
        rows.append((translated(pair.setting), names, shades, f"{pair.contrast:.2f}:1", enough))
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    for row in rows:
        yield "  ".join((*(cell.ljust(w) for cell, w in zip(row, widths, strict=False)), row[4])).rstrip()
