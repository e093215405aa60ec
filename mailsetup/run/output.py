"""The door through which the command line and the library write files, and which form a file's name asks for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from mailsetup.edge.files import Beside, read_text, write_text
from mailsetup.model.errors import UsageError
from mailsetup.model.message import say
from mailsetup.model.patterns import late

__all__ = ["Beside", "beside", "form_by_name", "read_text", "write_text"]

# Endings that name a form beside its own word. An ending that is in neither, as that of `audit-shop.example`, names none.
_ENDINGS = {
    ".md": "markdown",
    ".htm": "html",
    ".ndjson": "jsonl",
    ".sarif.json": "sarif",
    ".xml": "junit",
    ".txt": "terminal",
}
# Endings that promise their reader a form, whether or not the command at hand writes it.
_PROMISES = late(
    r"\.(csv|docx?|eml|gif|html?|jpe?g|js|json|jsonl|markdown|md|ndjson|od[pst]|pdf|png|pptx?|ps|rst|rtf"
    r"|sarif|sql|svg|tex|tf|toml|tsv|xhtml|xlsx?|xml|ya?ml|zone)\Z"
)


def beside(path: str, *, force: bool = False, private: bool = False) -> Beside:
    """A file that will be whole or not there."""
    return Beside(path, force=force, private=private)


def form_by_name(
    path: str, forms: Iterable[str], endings: Mapping[str, str] | None = None, *, choice: bool = True
) -> str:
    """
    The form that a file's ending names, among a command's; "" where the ending names none.

    ``endings`` are further ones of the command, such as ``.tf``; ``choice`` is whether it has --format. `UsageError`
    where the ending promises a form that the command does not write: a spreadsheet that holds text opens nowhere.
    """
    known, name = tuple(forms), Path(path).name.lower()
    for ending, form in {**_ENDINGS, **{f".{form}": form for form in known}, **(endings or {})}.items():
        if name.endswith(ending) and form in known:
            return form
    ending = Path(name).suffix
    if not _PROMISES.match(ending):
        return ""
    given = {"file": path, "ending": ending, "forms": ", ".join(known)}
    if choice:
        raise UsageError(
            say(
                "{file}: nothing that ends in {ending} is written here; there are {forms}, chosen by the file's ending "
                "or with --format",
                **given,
            )
        )
    raise UsageError(say("{file}: nothing that ends in {ending} is written here, only {forms}", **given))
