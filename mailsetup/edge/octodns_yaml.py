"""
YAML as octoDNS writes it: every scalar as text, keys with their lines, ``!include`` and ``<<`` within bounds.

https://octodns.readthedocs.io and octodns.yaml (1.22), checked 2026-11.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from mailsetup.model.errors import InputError
from mailsetup.model.message import Message, phrase, say
from mailsetup.model.names import printable
from mailsetup.model.reader_faults import yaml_fault

from .files import Sentences, read_bounded

SIZE_LIMIT = 64 * 2**20  # octets of one file
DEPTH_LIMIT = 32  # a zone nests five deep; what is deeper is no zone
MERGE_LIMIT = 1_000  # pairs of a mapping that uses "<<"; a zone's defaults are a handful
INCLUDE_LIMIT = 1_000  # files of one zone; a shared record or two is what people include
INCLUDE_DEPTH_LIMIT = 8


_TEXTS = frozenset(f"tag:yaml.org,2002:{kind}" for kind in ("str", "merge", "value"))


class _Untagged(str):
    """The tag of a scalar that stands there without quotes and without a tag of its own."""


class Named(NamedTuple):
    """
    A name of a file with the ``file`` and ``line`` it stands in and its ``records``, all scalars as text.

    ``lines`` are those of its records where they are a list, and of each of them those of its values where they are one.
    ``written`` is what stands there where YAML 1.1 reads it as another value, whose text is then the name: ``null``.
    """

    name: str
    file: str
    line: int
    records: Any
    lines: tuple[tuple[int, tuple[int, ...]], ...] = ()
    written: str | None = None


def named_records(file: Path, shown: str) -> Iterable[Named]:
    """Each name of a file."""
    import yaml

    text = read_bounded(file, shown, SIZE_LIMIT, TOLD)
    try:
        _bounded(text, shown)
        loader = _loader(_folder_of(file))(_Stream(text, str(file)))
        try:
            root = loader.get_single_node()
            if root is None or (isinstance(root, yaml.ScalarNode) and root.value == ""):
                return []
            if not isinstance(root, yaml.MappingNode):
                raise InputError(
                    say(
                        "{shown}, line 1: not an octoDNS zone: names with their records are wanted",
                        shown=shown,
                    )
                )
            loader.flatten_mapping(root)
            written = _as_octodns_reads(root)
            _no_twins(root)
            return [
                Named(
                    str(key.value),
                    str(key.start_mark.name),
                    key.start_mark.line + 1,
                    loader.construct_object(value, deep=True),
                    tuple(_lines(value, key)),
                    text,
                )
                for (key, value), text in zip(root.value, written, strict=True)
            ]
        finally:
            loader.dispose()
    except yaml.YAMLError as fault:
        raise InputError(say("{shown}{where}", shown=shown, where=_where(fault))) from None
    except (RecursionError, ValueError, TypeError):
        raise InputError(say("{shown}: cannot be read as YAML", shown=shown)) from None


def _lines(node: Any, key: Any) -> Iterator[tuple[int, tuple[int, ...]]]:
    """The line of each record below a name, and those of its values, as far as they stand in the name's own file."""
    import yaml

    here = key.start_mark.name
    listed = isinstance(node, yaml.SequenceNode)
    for record in node.value if listed else [node]:
        if record.start_mark.name != here or not isinstance(record, yaml.MappingNode):
            yield key.start_mark.line + 1, ()
            continue
        line = record.start_mark.line if listed else key.start_mark.line
        lists = (v for k, v in record.value if k.value == "values" and isinstance(v, yaml.SequenceNode))
        values = [v for found in lists for v in found.value if found.start_mark.name == here]
        yield line + 1, tuple(v.start_mark.line + 1 for v in values)


TOLD = Sentences(
    unreadable=phrase("{shown}: cannot be read ({reason})"),
    too_large=phrase("{shown}: larger than {limit} MiB; split the zone"),
    not_text=phrase("{shown}, line {line}: not UTF-8 text; save it as UTF-8"),
)


def _bounded(text: str, shown: str) -> None:
    """Refuses nesting that would overflow a stack, before anything is built."""
    import yaml

    depth = 0
    for event in yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > DEPTH_LIMIT:
                line = event.start_mark.line + 1 if event.start_mark else 1
                raise InputError(
                    say(
                        "{shown}, line {line}: nested deeper than {limit}; this is no zone",
                        shown=shown,
                        line=line,
                        limit=DEPTH_LIMIT,
                    )
                )
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


def _no_twins(node: Any) -> None:
    import yaml

    seen: dict[str, int] = {}
    for key, _ in node.value:
        name, line = str(key.value), key.start_mark.line + 1
        if name in seen:
            raise yaml.MarkedYAMLError(
                problem=str(
                    say(
                        '"{name}" stands here a second time, first at line {seen}', name=name, seen=seen[name]
                    )
                ),
                problem_mark=key.start_mark,
            )
        seen[name] = line


def _as_octodns_reads(root: Any) -> list[str | None]:
    """
    Puts in place of each name the text of the value YAML 1.1 has it for; what stood there, if it is not the same.

    octoDNS does so: unquoted, ``no`` is ``false``, ``null`` is ``none``, ``010`` is ``8`` and ``1:30`` is ``90``; a tag
    before it (``!!str no``) says otherwise.
    """
    import yaml

    values: Any = yaml.SafeLoader("")
    written: list[str | None] = []
    for key, _ in root.value:
        text, tag = str(key.value), key.tag
        if isinstance(tag, _Untagged):
            tag = values.resolve(yaml.ScalarNode, text, (True, False))
        if tag not in _TEXTS and isinstance(key, yaml.ScalarNode):
            node = yaml.ScalarNode(tag, text, key.start_mark, key.end_mark)
            key.value = str(values.construct_object(node)).lower()
        written.append(text if text.lower() != str(key.value).lower() else None)
    return written


class _Stream(io.StringIO):
    """A text that tells a YAML parser the name of its file."""

    def __init__(self, text: str, name: str) -> None:
        super().__init__(text)
        self.name = name


def _folder_of(file: Path) -> Path:
    """The folder within which a zone may include: its own, or the one that holds the folder of a split zone."""
    folder = file.resolve().parent
    return folder.parent if folder.name.endswith(".") else folder


def _included_path(node: Any, root: Path) -> Path:
    """The file an ``!include`` means, beside the file it stands in."""
    wanted = str(node.value)
    file = str(node.start_mark.name)
    where = say("{file}, line {line}", file=printable(file), line=node.start_mark.line + 1)
    try:
        path = (Path(file).resolve().parent / wanted).resolve()
        if not path.is_relative_to(root):
            raise InputError(
                say(
                    '{where}: !include "{wanted}" leads out of the zone\'s folder and is not read',
                    where=where,
                    wanted=wanted[:80],
                )
            )
        if path.is_file():
            return path
    except (OSError, ValueError):
        pass
    raise InputError(
        say('{where}: !include "{wanted}": no such file', where=where, wanted=wanted[:80])
    ) from None


def _loader(root: Path) -> Callable[[Any], Any]:
    """PyYAML's safe loader that keeps scalars as text, refuses double keys and bounds merges and includes."""
    import yaml

    left = [INCLUDE_LIMIT]

    class Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
        yaml_implicit_resolvers = {"<": [("tag:yaml.org,2002:merge", re.compile(r"^(?:<<)$"))]}

        depth = 0

        def resolve(self, kind: Any, value: Any, implicit: Any) -> Any:
            """The tag of a node that has none of its own."""
            tag = super().resolve(kind, value, implicit)
            return _Untagged(tag) if kind is yaml.ScalarNode and implicit[0] else tag

        def included(self, node: Any) -> tuple[Any, Any]:
            """The loader of an included file and that file's root."""
            path = _included_path(node, root)
            left[0] -= 1
            if left[0] < 0 or self.depth >= INCLUDE_DEPTH_LIMIT:
                raise InputError(
                    say(
                        "{file}, line {line}: !include: files are included deeper than {depth} or more than {limit}",
                        file=printable(str(node.start_mark.name)),
                        line=node.start_mark.line + 1,
                        depth=INCLUDE_DEPTH_LIMIT,
                        limit=INCLUDE_LIMIT,
                    )
                )
            shown = printable(str(path))
            text = read_bounded(path, shown, SIZE_LIMIT, TOLD)
            _bounded(text, shown)
            loader = type(self)(_Stream(text, str(path)))
            loader.depth = self.depth + 1
            return loader, loader.get_single_node()

        def construct_included(self, node: Any) -> Any:
            loader, found = self.included(node)
            return None if found is None else loader.construct_object(found, deep=True)

        def flatten_mapping(self, node: Any) -> None:
            for at, (key, value) in enumerate(node.value):
                if key.tag == "tag:yaml.org,2002:merge" and value.tag == "!include":
                    loader, found = self.included(value)
                    if not isinstance(found, yaml.MappingNode):
                        raise yaml.MarkedYAMLError(
                            problem=str(say("!include after << wants a file of names with their records")),
                            problem_mark=value.start_mark,
                        )
                    loader.flatten_mapping(found)
                    node.value[at] = (key, found)
            merges = [v for k, v in node.value if k.tag == "tag:yaml.org,2002:merge"]
            _no_twins(node)
            too_many = any(len(v.value) > MERGE_LIMIT for v in merges)
            if not too_many:
                super().flatten_mapping(node)
            if not merges:
                return
            if too_many or len(node.value) > MERGE_LIMIT:
                raise yaml.MarkedYAMLError(
                    problem=str(say('"<<" brings more than {limit} keys', limit=MERGE_LIMIT)),
                    problem_mark=node.start_mark,
                )
            node.value = list({str(k.value): (k, v) for k, v in node.value}.values())

    Loader.add_constructor("!include", Loader.construct_included)
    return Loader


def _where(fault: Any) -> Message:
    import yaml

    mark = getattr(fault, "problem_mark", None) or getattr(fault, "context_mark", None)
    problem = str(getattr(fault, "problem", None) or getattr(fault, "reason", None) or "")
    if type(fault) is not yaml.MarkedYAMLError:  # that is what is raised above, in our own words
        problem = yaml_fault(problem)
    if mark is None:
        return say(": {problem}", problem=problem)
    return say(
        ", line {line}, column {column}: {problem}",
        line=mark.line + 1,
        column=mark.column + 1,
        problem=problem,
    )
