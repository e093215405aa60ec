"""
The sandbox that template texts are filled in by: no attribute but a value's own, loops that end, faults with a line.

What comes out is marked text (see `kit.letter`), not HTML: every value is cleaned of control characters
when it is put in, and is escaped for HTML, headers or JSON by whoever writes that form.
"""

from __future__ import annotations

import re
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from jinja2 import StrictUndefined, TemplateSyntaxError, UndefinedError, nodes, pass_context
from jinja2 import Template as Compiled
from jinja2.exceptions import SecurityError, TemplateRuntimeError
from jinja2.runtime import Context, LoopContext
from jinja2.sandbox import SandboxedEnvironment

from mailsetup.kit.letter import clean
from mailsetup.model.errors import InputError
from mailsetup.model.message import say
from mailsetup.model.names import printable

LOOP_LIMIT = 2_000  # rounds of all loops of one letter; the longest real order has some dozens of lines
OUTPUT_LIMIT = 200_000  # characters of marked text; a letter of 100 KB is already refused by receivers
SOURCE_LIMIT = 64_000  # characters of one text file

LOOP_PARTS = ("index", "index0", "first", "last", "length")

FORBIDDEN = (
    nodes.Macro,
    nodes.CallBlock,
    nodes.Import,
    nodes.FromImport,
    nodes.Include,
    nodes.Extends,
    nodes.Block,
    nodes.FilterBlock,
    nodes.With,
    nodes.Call,
    nodes.Mul,
    nodes.Pow,
    nodes.Assign,
    nodes.AssignBlock,
    nodes.Slice,
)
"""What a letter has no use for and what could grow or run without end."""


class TooMuch(TemplateRuntimeError):
    """A loop that does not end, or a text without measure."""


@pass_context
def bounded(context: Context, values: object) -> Iterator[object]:
    """The values of a loop, counted for the whole letter."""
    if isinstance(values, StrictUndefined):
        str(values)
    if isinstance(values, str | bytes) or not isinstance(values, Iterable):
        raise TooMuch(str(say("a loop runs over something that is no list")))
    counter = context["_rounds"]
    for value in values:
        counter[0] += 1
        if counter[0] > LOOP_LIMIT:
            raise TooMuch(
                str(
                    say(
                        "its loops run more than {limit} times; does one of them never end?", limit=LOOP_LIMIT
                    )
                )
            )
        yield value


class LetterSandbox(SandboxedEnvironment):
    """Jinja with nothing in it but the filters of letters."""

    intercepted_binops = frozenset(("*", "**", "+", "%", "~"))

    def __init__(self, filters: Mapping[str, Callable[..., object]]) -> None:
        super().__init__(
            undefined=StrictUndefined, finalize=_put_in, keep_trailing_newline=True, autoescape=False
        )
        self.globals.clear()
        self.filters.clear()
        self.filters.update(filters)
        self.filters["bounded"] = bounded
        kept = ("defined", "undefined", "none", "eq", "ne", "gt", "ge", "lt", "le", "in")
        self.tests = {name: test for name, test in self.tests.items() if name in kept}

    def getattr(self, obj: Any, attribute: str) -> Any:
        """A field of a value that has fields; never an attribute of a Python object."""
        if isinstance(obj, LoopContext) and attribute in LOOP_PARTS:
            return getattr(obj, attribute)
        if isinstance(obj, Mapping):
            return obj[attribute] if attribute in obj else self.undefined(obj=None, name=attribute)
        return self.undefined(
            str(say('"{attribute}" is asked of something that has no parts', attribute=attribute)),
            name=attribute,
        )

    def getitem(self, obj: Any, argument: Any) -> Any:
        """As `getattr`; a place in a list too."""
        if isinstance(obj, list | tuple) and isinstance(argument, int):
            return obj[argument] if -len(obj) <= argument < len(obj) else self.undefined(name=str(argument))
        return self.getattr(obj, str(argument))

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Sums of numbers only: text is put together by writing it."""
        if operator == "+" and isinstance(left, int) and isinstance(right, int):
            return left + right
        raise SecurityError(str(say("the operator {operator} is not for letters", operator=operator)))


@pass_context
def _put_in(context: Context, value: object) -> object:
    """A value on its way into marked text; a day or a sum in the form of the letter's language."""
    if isinstance(value, str) and type(value) is str:
        return clean(value)
    write = context.get("_write")
    if write is not None and (written := write(value)) is not None:
        return written
    marked = getattr(value, "marked", None)
    if marked is not None:
        return marked
    if value is None:
        return ""
    return clean(str(value)) if not isinstance(value, StrictUndefined) else value


@lru_cache(maxsize=2048)
def compiled(sandbox: LetterSandbox, source: str, origin: str) -> Compiled:
    """
    A text ready to be filled in; ``source`` has the line numbers of the file ``origin``.

    Raises `InputError` with file and line for what cannot be read or is not for letters.
    """
    if len(source) > SOURCE_LIMIT:
        raise InputError(
            say(
                "{origin}: is {count} characters long; a letter has at most {limit}",
                origin=origin,
                count=len(source),
                limit=SOURCE_LIMIT,
            )
        )
    try:
        tree = sandbox.parse(source, filename=origin)
        for node in tree.find_all(FORBIDDEN):
            raise InputError(
                say(
                    "{origin}:{line}: {said} is not for letters; write it without",
                    origin=origin,
                    line=node.lineno,
                    said=_said(node),
                )
            )
        for loop in tree.find_all(nodes.For):
            if loop.recursive:
                raise InputError(
                    say(
                        "{origin}:{line}: a recursive loop is not for letters; write it without",
                        origin=origin,
                        line=loop.lineno,
                    )
                )
            loop.iter = nodes.Filter(loop.iter, "bounded", [], [], None, None, lineno=loop.lineno)
        _refuse_unknown_filters(tree, sandbox, origin)
        code = sandbox.compile(tree, name=origin, filename=origin)
    except TemplateSyntaxError as fault:
        raise InputError(
            say("{origin}:{line}: {reason}", origin=origin, line=fault.lineno, reason=_reason(fault))
        ) from None
    except RecursionError:
        raise InputError(say("{origin}: is nested too deeply; write it flatter", origin=origin)) from None
    return sandbox.template_class.from_code(sandbox, code, {})


def _refuse_unknown_filters(tree: nodes.Template, sandbox: LetterSandbox, origin: str) -> None:
    for node in tree.find_all(nodes.Filter):
        if node.name not in sandbox.filters:
            known = ", ".join(sorted(name for name in sandbox.filters if name != "bounded"))
            raise InputError(
                say(
                    '{origin}:{line}: there is no filter "{node}"; there are {known}',
                    origin=origin,
                    line=node.lineno,
                    node=node.name,
                    known=known,
                )
            )


def _said(node: nodes.Node) -> str:
    return f'"{type(node).__name__.lower()}"'


def _reason(fault: Exception) -> str:
    return printable(re.sub(r"\s+", " ", str(getattr(fault, "message", None) or fault)).rstrip("."))


def names_used(sandbox: LetterSandbox, source: str, origin: str) -> Iterator[tuple[str, int]]:
    """The variables a text asks for, with their lines; names its loops give are left out."""
    tree = sandbox.parse(source, filename=origin)
    given = {node.name for node in tree.find_all(nodes.Name) if node.ctx == "store"}
    for node in tree.find_all(nodes.Name):
        if node.ctx == "load" and node.name not in given and node.name != "loop":
            yield node.name, node.lineno


def fill(template: Compiled, values: Mapping[str, object], origin: str) -> str:
    """The marked text of a template with its values; `InputError` with file and line where that fails."""
    written: list[str] = []
    size = 0
    try:
        for piece in template.generate({**values, "_rounds": [0]}):
            size += len(piece)
            if size > OUTPUT_LIMIT:
                raise TooMuch(str(say("it grows beyond {limit} characters", limit=OUTPUT_LIMIT)))
            written.append(piece)
    except InputError as fault:
        raise InputError(say("{place}: {fault}", place=_place(fault, origin), fault=fault)) from None
    except UndefinedError as fault:
        reason = _reason(fault).replace("'", '"')
        raise InputError(
            say(
                "{place}: {reason}; is it in the template's variables?",
                place=_place(fault, origin),
                reason=reason,
            )
        ) from None
    except (TemplateRuntimeError, SecurityError, TypeError, ValueError, ArithmeticError, KeyError) as fault:
        raise InputError(
            say("{place}: {reason}", place=_place(fault, origin), reason=_reason(fault))
        ) from None
    return "".join(written)


def _place(fault: BaseException, origin: str) -> str:
    """File and line; Jinja puts its own frames, with the file's name, into the traceback."""
    lines = [frame.lineno for frame in traceback.extract_tb(fault.__traceback__) if frame.filename == origin]
    return f"{origin}:{lines[-1]}" if lines else origin
