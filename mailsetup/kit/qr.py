"""A web address as a QR picture that a telephone reads from a screen."""

from __future__ import annotations

import io
from typing import NamedTuple

BORDER = 4  # modules of quiet zone, ISO/IEC 18004 section 9.1
SCALE = 6  # file pixels a module: twice what is shown
SHOWN = 3  # shown pixels a module; below it cameras fail


class QrCode(NamedTuple):
    """The picture, and how wide it must be shown at least."""

    png: bytes
    side: int


def code(target: str) -> QrCode:
    """A QR code at error level M; the side shown follows from its modules."""
    import segno

    made = segno.make(target, error="m", micro=False, boost_error=False)
    out = io.BytesIO()
    made.save(out, kind="png", scale=SCALE, border=BORDER)
    return QrCode(out.getvalue(), int(SHOWN * made.symbol_size(border=BORDER)[0]))
