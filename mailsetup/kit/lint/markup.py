"""HTML as a tree that knows where each tag stands in its file and how it is styled; no text makes it raise."""

from __future__ import annotations

import bisect
from collections.abc import Iterator
from html.parser import HTMLParser

from .css import Declaration, declarations

VOID = frozenset(
    [
        "area",
        "base",
        "br",
        "col",
        "embed",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "param",
        "source",
        "track",
        "wbr",
    ]
)
OPTIONAL_END = frozenset(
    [
        "p",
        "li",
        "td",
        "th",
        "tr",
        "thead",
        "tbody",
        "tfoot",
        "option",
        "dt",
        "dd",
        "html",
        "body",
        "head",
        "colgroup",
    ]
)
RAW = frozenset(("style", "script", "title"))
NOT_SHOWN = frozenset(("style", "script", "title", "head", "template", "xml"))
BLOCKS = frozenset(
    [
        "address",
        "article",
        "blockquote",
        "body",
        "br",
        "center",
        "dd",
        "div",
        "dl",
        "dt",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "html",
        "li",
        "main",
        "ol",
        "p",
        "pre",
        "section",
        "table",
        "td",
        "th",
        "tr",
        "ul",
    ]
)
DEPTH_LIMIT = 400  # ours: deeper nesting is flattened
INHERITED = ("color", "font-family", "font-size", "font-weight", "text-align", "direction", "text-decoration")


class Node:
    """One element: name, attributes, where its start tag is (offset, line), and what is inside."""

    __slots__ = (
        "attributes",
        "children",
        "closed",
        "depth",
        "inline",
        "line",
        "offset",
        "parent",
        "rules",
        "tag",
        "tag_text",
    )

    def __init__(
        self, tag: str, attributes: dict[str, str], offset: int, line: int, parent: Node | None
    ) -> None:
        self.tag = tag
        self.attributes = attributes
        self.offset = offset
        self.line = line
        self.parent = parent
        self.children: list[Node | str] = []
        self.closed = False
        self.tag_text = ""
        self.depth: int = parent.depth + 1 if parent is not None else 0
        self.rules: list[Declaration] = []
        self.inline: tuple[Declaration, ...] = (
            declarations(attributes["style"]) if attributes.get("style") else ()
        )

    def get(self, name: str, default: str = "") -> str:
        """An attribute's value; the default where it is absent."""
        return self.attributes.get(name, default)

    def own(self, name: str) -> str:
        """The value of a property set on this very element, inline before style sheet."""
        for declaration in reversed(self.inline):
            if declaration.name == name:
                return declaration.value
        for declaration in reversed(self.rules):
            if declaration.name == name:
                return declaration.value
        return ""

    def style(self, name: str) -> str:
        """The value of a property here, from an ancestor where it is inherited."""
        node: Node | None = self
        while node is not None:
            if value := node.own(name):
                return value
            if name not in INHERITED:
                return ""
            node = node.parent
        return ""

    @property
    def hidden(self) -> bool:
        """Whether readers do not see it, by its own or an ancestor's style."""
        node: Node | None = self
        while node is not None:
            if node.tag in NOT_SHOWN or node.own("display") == "none" or node.own("visibility") == "hidden":
                return True
            node = node.parent
        return False

    def walk(self) -> Iterator[Node]:
        """This element and all inside it, in the order of the file."""
        stack: list[Node] = [self]
        while stack:
            node = stack.pop()
            yield node
            stack.extend(child for child in reversed(node.children) if isinstance(child, Node))

    def all(self, *tags: str) -> Iterator[Node]:
        """The elements of these names inside."""
        return (node for node in self.walk() if node.tag in tags)

    def within(self, *tags: str) -> bool:
        """Whether an ancestor has one of these names."""
        node = self.parent
        while node is not None:
            if node.tag in tags:
                return True
            node = node.parent
        return False

    def text(self, *, hidden: bool = False) -> str:
        """The words inside, blocks apart by line ends."""
        parts: list[str] = []
        self._collect(parts, hidden)
        return "\n".join(" ".join(line.split()) for line in "".join(parts).split("\n")).strip()

    def lines(self) -> Iterator[tuple[int, str]]:
        """What readers see, block by block, each with the line of the element it begins in."""
        line, parts = self.line, list[str]()
        for at, piece in self._pieces():
            if piece is None:
                if text := " ".join("".join(parts).split()):
                    yield line, text
                parts = []
            else:
                if not parts:
                    line = at
                parts.append(piece)
        if text := " ".join("".join(parts).split()):
            yield line, text

    def _pieces(self) -> Iterator[tuple[int, str | None]]:
        if self.tag in NOT_SHOWN or self.own("display") == "none":
            return
        if self.tag in BLOCKS:
            yield self.line, None
        for child in self.children:
            if isinstance(child, str):
                yield self.line, child
            else:
                yield from child._pieces()
        if self.tag in BLOCKS:
            yield self.line, None

    def _collect(self, parts: list[str], hidden: bool) -> None:
        if not hidden and (self.tag in NOT_SHOWN or self.own("display") == "none"):
            return
        block = self.tag in BLOCKS
        if block:
            parts.append("\n")
        for child in self.children:
            if isinstance(child, str):
                parts.append(" ".join(child.split("\n")))
            else:
                child._collect(parts, hidden)
        if block and self.tag != "br":
            parts.append("\n")


class Tree(HTMLParser):
    """A whole file. ``faults`` are tags that were never closed or closed without being open, with their lines."""

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=True)
        self.source = source
        self.starts = [0]
        for at, char in enumerate(source):
            if char == "\n":
                self.starts.append(at + 1)
        self.root = Node("", {}, 0, 1, None)
        self.comments: list[tuple[int, str]] = []
        self.doctype = ""
        self.faults: list[tuple[int, str, str]] = []
        self._open = self.root
        try:
            self.feed(source)
            self.close()
        except (AssertionError, ValueError):
            self.faults.append((1, "unread", ""))
        while self._open.parent is not None:
            if self._open.tag not in OPTIONAL_END:
                self.faults.append((self._open.line, "open", self._open.tag))
            self._open = self._open.parent
        self.nodes = tuple(node for node in self.root.walk() if node is not self.root)

    def _at(self) -> tuple[int, int]:
        line, column = self.getpos()
        return self.starts[min(line, len(self.starts)) - 1] + column, line

    def line_of(self, offset: int) -> int:
        """The line an offset is on, from 1."""
        return bisect.bisect_right(self.starts, offset)

    def handle_decl(self, decl: str) -> None:
        if decl.lower().startswith("doctype"):
            self.doctype = decl

    def handle_comment(self, data: str) -> None:
        self.comments.append((self._at()[1], data))

    def unknown_decl(self, data: str) -> None:
        self.comments.append((self._at()[1], data))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = self._add(tag, attrs)
        if tag not in VOID and node.depth < DEPTH_LIMIT:
            self._open = node

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._add(tag, attrs).closed = True

    def _add(self, tag: str, attrs: list[tuple[str, str | None]]) -> Node:
        if tag in ("td", "th", "tr", "li", "p", "option"):
            self._close_implied(tag)
        offset, line = self._at()
        known: dict[str, str] = {}
        for name, value in attrs:
            known.setdefault(name, value or "")
        node = Node(tag, known, offset, line, self._open)
        node.tag_text = self.get_starttag_text() or ""
        self._open.children.append(node)
        return node

    def _close_implied(self, tag: str) -> None:
        ends = {
            "td": ("td", "th", "p"),
            "th": ("td", "th", "p"),
            "tr": ("tr", "td", "th", "p"),
            "li": ("li", "p"),
            "p": ("p",),
        }
        while self._open.tag in ends.get(tag, ()):
            assert self._open.parent is not None
            self._open = self._open.parent

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        node: Node | None = self._open
        skipped: list[Node] = []
        while node is not None and node.parent is not None and node.tag != tag:
            if tag not in ("table", "html", "body") and node.tag in ("table", "td", "th"):
                node = None
                break
            skipped.append(node)
            node = node.parent
        if node is None or node.parent is None:
            self.faults.append((self._at()[1], "stray", tag))
            return
        for inner in skipped:
            if inner.tag not in OPTIONAL_END:
                self.faults.append((inner.line, "open", inner.tag))
        node.closed = True
        self._open = node.parent

    def handle_data(self, data: str) -> None:
        self._open.children.append(data)
