"""JSON of the user's, every object with the line it begins at, within bounds of size and depth."""

from __future__ import annotations

import bisect
import json
import json.decoder
import json.scanner
from pathlib import Path
from typing import Any

from mailsetup.model.errors import InputError
from mailsetup.model.message import phrase, say
from mailsetup.model.names import printable
from mailsetup.model.reader_faults import reader_fault

from .files import Sentences, read_bounded

SIZE_LIMIT = 64 * 2**20  # octets; a plan of a large estate has a few


class Object(dict[str, Any]):
    """A JSON object; ``at`` is where it begins in the text."""

    __slots__ = ("at",)

    def __init__(self, items: dict[str, Any], at: int) -> None:
        super().__init__(items)
        self.at = at


class _Decoder(json.JSONDecoder):
    """The standard decoder, told to remember where objects begin: its scanner in Python calls what is set here."""

    def __init__(self) -> None:
        super().__init__()
        parse: Any = json.decoder.JSONObject  # type: ignore[attr-defined]

        def placed(begun: tuple[str, int], *rest: Any) -> tuple[Object, int]:
            items, end = parse(begun, *rest)
            return Object(items, begun[1]), end

        self.parse_object = placed
        self.scan_once = json.scanner.py_make_scanner(self)  # type: ignore[attr-defined]


def objects(found: Any) -> list[Object]:
    """The objects in a list; nothing where it is none."""
    return [item for item in found if isinstance(item, Object)] if isinstance(found, list) else []


def member(found: Any, *keys: str) -> Object:
    """The object at a path of keys; an empty one where there is none."""
    for key in keys:
        found = found.get(key) if isinstance(found, Object) else None
    return found if isinstance(found, Object) else Object({}, 0)


class Text:
    """A file's text, which knows its lines."""

    def __init__(self, text: str) -> None:
        self._ends = [at for at, char in enumerate(text) if char == "\n"]

    def line(self, found: Object) -> int:
        """The line at which an object begins, from 1."""
        return bisect.bisect_left(self._ends, found.at) + 1


def read_json(path: Path) -> tuple[Object, Text]:
    """The object in a file. `InputError` names file, line and column."""
    shown = printable(str(path))
    text = read_bounded(path, shown, SIZE_LIMIT, TOLD)
    try:
        found = _Decoder().decode(text)
    except json.JSONDecodeError as fault:
        raise InputError(
            say(
                "{shown}, line {line}, column {column}: not JSON ({problem})",
                shown=shown,
                line=fault.lineno,
                column=fault.colno,
                problem=reader_fault(fault.msg.lower()),
            )
        ) from None
    except RecursionError:
        raise InputError(say("{shown}: nested too deep; this is no zone", shown=shown)) from None
    except ValueError:  # a number of more digits than Python reads
        raise InputError(say("{shown}: not JSON that can be read", shown=shown)) from None
    if not isinstance(found, Object):
        raise InputError(say("{shown}: a JSON object is wanted; {wanted}", shown=shown, wanted=say(WANTED)))
    return found, Text(text)


TOLD = Sentences(
    unreadable=phrase("{shown}: cannot be read ({reason})"),
    too_large=phrase("{shown}: larger than {limit} MiB; this is no zone"),
    not_text=phrase("{shown}, line {line}: not UTF-8 text; save it as UTF-8"),
)
WANTED = phrase("give `dnscontrol print-ir` or `terraform show -json` output")
