"""Writes ``docs/kit-lint.md`` out of the rules' own pages; ``--check`` fails where it is stale."""

from __future__ import annotations

import sys
from pathlib import Path

from mailsetup.kit.lint.catalogue import rules
from mailsetup.kit.lint.rule import NEEDS

PAGE = Path(__file__).with_name("kit-lint.md")
GROUPS = {
    "SUB": "Subjects",
    "HDR": "Headers",
    "MIM": "Structure of the message",
    "SIZ": "Size",
    "TXT": "Plain text",
    "ETI": "Etiquette and wording",
    "CTA": "Calls to action",
    "LNK": "Links",
    "IMG": "Pictures",
    "HTM": "HTML",
    "CSS": "CSS and mail programs",
    "A11": "Accessibility",
    "DRK": "Dark mode",
    "I18": "Languages",
    "SIG": "Signatures",
    "JLD": "JSON-LD",
    "CON": "Consent and privacy",
    "SPM": "Spam filters",
}
HEAD = """# Rules of `mailsetup kit lint`

`mailsetup kit lint FILE...|DIR` judges `.html`, `.txt` and `.eml`, letters and signatures. Every finding points at
file and line and says why. `--fix` shows what it would mend as a diff, `--write` mends. `--format
json|jsonl|sarif|junit|github|markdown|csv`, `--lang en|ru`, `--class T|R|A|M|S`, `--explain RULE`. Exit 1 for findings of
at least `--fail-on` (error).

A comment `<!-- lint: off CSS-02 because ... -->` leaves a rule out of a file, with its reason; `[lint] ignore` in
the brand file leaves it out everywhere, `[lint] words` are spelt right. Spelling needs Hunspell's dictionaries
(`hunspell-en-us`, `hunspell-en-gb`, `hunspell-ru`; `DICPATH` names other folders); without one the rule says *not judged*.

Rules marked *mends* are mended by `--write`, in pages, texts and every part of a message. After it such a rule is
silent, no other one newly fires, and a second `--write` changes nothing. Where a mend would be a guess about what was
meant, nothing is mended, and the rule says so below. A message with a signature over its octets (DKIM, ARC, S/MIME) is left
alone.
"""


def page() -> str:
    """The whole page."""
    lines = [HEAD]
    group = ""
    for rule in sorted(rules(), key=lambda r: (list(GROUPS).index(r.group), r.id)):
        if rule.group != group:
            group = rule.group
            lines += [f"## {GROUPS[group]}", ""]
        marks = [
            str(rule.severity),
            *(["mends"] if rule.fixes else []),
            *([f"class {rule.kinds}"] if rule.kinds else []),
        ]
        needs = [n for n in rule.needs if n in ("brand", "dictionary", "eml", "signature") and n in NEEDS]
        marks += [f"needs {n}" for n in needs]
        lines += [
            f"### {rule.id}: {_plain(rule.says['en'])}",
            "",
            f"*{', '.join(marks)}*. {_plain(rule.why['en'])}",
            "",
        ]
        if rule.left["en"]:
            lines += [f"{'Not always mended' if rule.fixes else 'Not mended'}: {_plain(rule.left['en'])}", ""]
        lines += [f"Source: {_plain(rule.source)}", ""]
    return "\n".join(lines).rstrip() + "\n"


def _plain(text: str) -> str:
    for char in "\\*_<>":
        text = text.replace(char, "\\" + char)
    return text


def main() -> int:
    """Writes, or checks."""
    if "--check" in sys.argv:
        return int(PAGE.read_text("utf-8") != page())
    PAGE.write_text(page(), "utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
