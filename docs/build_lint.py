"""Writes ``docs/kit-lint.md`` out of the rules' own pages; ``--check`` fails where it is stale."""

from __future__ import annotations

import sys
from pathlib import Path

from mailsetup.kit.lint.catalogue import rules
from mailsetup.kit.lint.rule import LIMITS, NEEDS

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
    "LNT": "The lint itself",
}
HEAD = """# Rules of `mailsetup kit lint`

`mailsetup kit lint FILE...|DIR|TEMPLATE` judges `.html`, `.txt`, `.eml` and `.mailsignature`: letters, signatures, and
templates by their files or ids. Every finding points at file and line and says why. `--fix` shows what it would mend as
a diff, `--write` mends. `--format json|jsonl|sarif|junit|github|markdown|csv`, `--lang en|ru`, `--class T|R|A|M|S`,
`--explain RULE`. Exit 1 for findings of at least `--fail-on` (error), 2 for what cannot be read.

The class of a letter (T service, R reply, A automatic, M marketing, S signature) is its template's, that of `--class`, or
guessed, which the report says. A template is judged by the letters it makes with its samples, in the brand at hand or a
sample one; its findings are at the lines of its own file, and `--write` mends its own words, where that brings nothing
new. A template that makes no letter, a faulty brand file or table of people in a folder is a finding there (LNT-03),
and stops nothing else.

## How rules weigh

`lint.toml`, in the folder that is linted, here, or beside the brand file, or `--config FILE`:

```toml
profile = "strict"              # reply, transactional, marketing, signature, strict, or a list; --profile takes its place
fail-on = "warning"             # what exits with 1; --fail-on takes its place

[rules]                         # a rule or a family: error, warning, info or off
SPM = "off"
SUB-02 = "error"

[limits]                        # the numbers of a rule, as named below
TXT-01 = { columns = 72 }

[ignore]                        # left out, with the reason
CSS-09 = "the shop's system has a font of its own"

[[files]]                       # for some files or templates; the last that fits holds
path = "newsletter/**"          # below the folder of lint.toml; * within a folder, ** any, a name alone anywhere
template = "marketing.*"
class = "M"
limits = { LNK-08 = { links = 30 } }
```

`[[files]]` takes `path`, `template`, `class`, `locale`, `profile`, `rules`, `limits` and `ignore`;
`mailsetup schema lint` prints the schema of the file. `--select RULE` asks only some rules or families, `--ignore RULE`
leaves some out.

A comment `<!-- lint: off CSS-02 the shop's system writes it so -->` leaves rules out of a file; without a reason it
leaves out nothing and is a finding (LNT-01). A table `[lint.ignore]` with lines such as `CSS-02 = "why"` does so in a
`template.toml`, and in the brand file for everything. `[lint] words` of the brand file are spelt right, `[lint] clients`
are the mail programs that matter: rules about others are not asked. Spelling needs Hunspell's dictionaries
(`hunspell-en-us`, `hunspell-en-gb`, `hunspell-ru`; `DICPATH` names other folders); without one the rule says *not judged*.

Nothing is fetched. Pictures are measured where their files are at hand: inside the letter (`data:`, `cid:`), beside it,
and in the kit's folder `hosted` where `[signature] assets_url` says that it lies there. Signatures of several people in
one run are compared with one another; `mailsetup.toml` and its `plan.json` say which domain and hosts are planned. What
is not known here is told as *not judged*.

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
        numbers = ", ".join(
            f"`{name} = {one.usual:g}`" for (id, name), one in LIMITS.items() if id == rule.id
        )
        if numbers:
            lines += [f"Numbers: {numbers}", ""]
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
