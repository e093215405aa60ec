"""HTML as a tree that knows where each tag stands in its file and how it is styled; no text makes it raise."""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterator, Mapping, Sequence
from html.parser import HTMLParser

from mailsetup.kit.colors import solid

from .css import Declaration, Ranked, color, declarations

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
UNENDED = re.compile(r"<(?:!--|/?([A-Za-z][A-Za-z0-9-]{0,30})|[!?])")
DEPTH_LIMIT = 128  # ours: deeper nesting is flattened, as browsers do from 512 on
INHERITED = ("color", "font-family", "font-size", "font-weight", "text-align", "direction", "text-decoration")
WHITE = "#ffffff"


class Node:
    """One element: name, attributes, where its start tag is (offset, line), and what is inside."""

    __slots__ = (
        "_around",
        "_ground",
        "_hidden",
        "_own",
        "_styles",
        "attributes",
        "children",
        "closed",
        "depth",
        "end",
        "inline",
        "inner_end",
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
        self.inner_end = -1  # where its end tag begins, and where that ends; -1 where it has none
        self.end = -1
        self.tag_text = ""
        self.depth: int = parent.depth + 1 if parent is not None else 0
        self.rules: Sequence[Mapping[str, Ranked]] = ()
        self.inline: tuple[Declaration, ...] = (
            declarations(attributes["style"]) if attributes.get("style") else ()
        )
        self._own: dict[str, str] = {one.name: one.value for one in self.inline}
        self._around: frozenset[str] = parent.inside if parent is not None else frozenset()
        self._styles: dict[str, str] = {}
        self._hidden: bool | None = None
        self._ground = ""

    def get(self, name: str, default: str = "") -> str:
        """An attribute's value; the default where it is absent."""
        return self.attributes.get(name, default)

    @property
    def inside(self) -> frozenset[str]:
        """The names of this element and of all around it; shared by elements that stand alike."""
        return self._around if self.tag in self._around else self._around | {self.tag}

    def own(self, name: str) -> str:
        """The value of a property set on this very element, inline before style sheet."""
        if value := self._own.get(name):
            return value
        ranked = [found[name] for found in self.rules if name in found]
        return max(ranked).value if ranked else ""

    def style(self, name: str) -> str:
        """The value of a property here, from an ancestor where it is inherited."""
        if name not in INHERITED:
            return self.own(name)
        found = self._styles.get(name)
        if found is None:
            above = self.parent.style(name) if self.parent is not None else ""  # `DEPTH_LIMIT` bounds this
            found = self._styles[name] = self.own(name) or above
        return found

    @property
    def hidden(self) -> bool:
        """Whether readers do not see it, by its own or an ancestor's style."""
        if self._hidden is None:
            self._hidden = (
                self._dropped
                or self.own("visibility") == "hidden"
                or (self.parent is not None and self.parent.hidden)
            )
        return self._hidden

    @property
    def _dropped(self) -> bool:
        return self.tag in NOT_SHOWN or self.own("display") == "none"

    @property
    def ground(self) -> str:
        """The colour behind it; white where none is set."""
        if not self._ground:
            above = self.parent.ground if self.parent is not None else WHITE  # `DEPTH_LIMIT` bounds this
            values = (self.own("background-color"), self.own("background"), self.get("bgcolor"))
            own = next((found for value in values if value and (found := color(solid(value, above)))), "")
            self._ground = own or above
        return self._ground

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
        return not self._around.isdisjoint(tags)

    def enclosing(self, tag: str) -> Node | None:
        """The nearest ancestor of a name; `DEPTH_LIMIT` bounds the way."""
        node = self.parent
        while node is not None and node.tag != tag:
            node = node.parent
        return node

    def text(self, *, hidden: bool = False) -> str:
        """The words inside, blocks apart by line ends."""
        words = "".join(
            "\n" if piece is None else piece for _, piece in self._pieces(hidden=hidden, again=False)
        )
        return "\n".join(" ".join(line.split()) for line in words.split("\n")).strip()

    def exceeds(self, size: int) -> bool:
        """Whether the words inside have more characters than so many; reads no further than it must."""
        seen = 0
        for _, piece in self._pieces(hidden=False, again=False):
            seen += len(" ".join((piece or "").split()))
            if seen > size:
                return True
        return False

    def lines(self) -> Iterator[tuple[int, str]]:
        """What readers see, block by block, each with the line of the element it begins in."""
        line, parts = self.line, list[str]()
        for at, piece in self._pieces(hidden=False, again=True):
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

    def _pieces(self, *, hidden: bool, again: bool) -> Iterator[tuple[int, str | None]]:
        """
        Words on one line each, and None at the ends of blocks, in the order of the file, with the element's line.

        ``hidden`` lets what is not shown through; ``again`` ends a line break twice, as a block.
        """
        waiting: list[tuple[Node, Node | str | None]] = [(self, self)]
        while waiting:
            owner, item = waiting.pop()
            if item is None:
                yield owner.line, None
            elif isinstance(item, str):
                yield owner.line, item.replace("\n", " ")
            elif hidden or not item._dropped:
                if item.tag in BLOCKS:
                    yield item.line, None
                    if again or item.tag != "br":
                        waiting.append((item, None))
                waiting.extend((item, child) for child in reversed(item.children))


def _holds(node: Node) -> bool:
    """Whether end tags of what stands around do not reach through: a table's parts, unless no table is there."""
    return node.tag == "table" or (node.tag in ("td", "th") and "table" in node.inside)


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
        self.words: list[tuple[int, Node]] = []  # where text begins, and the element it stands in
        self._open = self.root
        try:
            self.feed(source)
            self._finish()
        except (AssertionError, ValueError):
            self.faults.append((1, "unread", ""))
        while self._open.parent is not None:
            if self._open.tag not in OPTIONAL_END:
                self.faults.append((self._open.line, "open", self._open.tag))
            self._open = self._open.parent
        self.nodes = tuple(node for node in self.root.walk() if node is not self.root)

    def _finish(self) -> None:
        """
        What is left when the file ends inside a tag or comment is dropped (HTML section 13.2.5), and told.

        The standard library would look for the end again from every ``<`` in it: quadratic before Python 3.13.6.
        """
        match = UNENDED.match(self.rawdata) if self.cdata_elem is None else None
        if match is None:
            if not self.rawdata.startswith("<"):
                self.close()
            return
        line = self._at()[1]
        if match[0] == "<!--":
            self.comments.append((line, self.rawdata[len("<!--") :]))
        self.faults.append((line, "open", match[1] or match[0].lstrip("<")))

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
        elif tag == "a" and self._open.tag == "a":  # links do not stand in links (HTML section 13.2.6.4.7)
            self._open = self._open.parent or self.root
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
        node: Node | None = self._open if tag in self._open.inside else None
        skipped: list[Node] = []
        while node is not None and node.parent is not None and node.tag != tag:
            if tag not in ("table", "html", "body") and _holds(node):
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
        node.inner_end = self._at()[0]
        node.end = self.source.find(">", node.inner_end) + 1 or len(self.source)
        self._open = node.parent

    def handle_data(self, data: str) -> None:
        self._open.children.append(data)
        self.words.append((self._at()[0], self._open))
