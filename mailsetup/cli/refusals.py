"""
What the option parser refuses, in the language in use: it says its own sentences in English only.

Each of its sentences is known here by a pattern; one that is not known is shown as it is.
"""

from __future__ import annotations

import re
import sys
from typing import Any

from mailsetup.model.language import ENGLISH, language, translated
from mailsetup.model.message import Message, phrase, say

_SENTENCES = (
    (r"(?P<rest>.+) \(Possible options: (?P<options>.+)\)", phrase("{rest} (possible options: {options})")),
    (r"(?P<rest>.+) Did you mean (?P<command>[^?]+)\?", phrase("{rest} Did you mean {command}?")),
    (r"No such option: (?P<option>.+)", phrase("No such option: {option}")),
    (r"No such command (?P<command>.+)\.", phrase("No such command: {command}.")),
    (r"Missing argument (?P<name>.+?)\.", phrase("Missing argument {name}.")),
    (r"Missing option (?P<name>.+?)\.", phrase("Missing option {name}.")),
    (r"Option (?P<option>.+) requires an argument\.", phrase("Option {option} requires an argument.")),
    (r"Option (?P<option>.+) does not take a value\.", phrase("Option {option} does not take a value.")),
    (r"Got unexpected extra argument\(s\) \((?P<given>.+)\)", phrase("Got unexpected arguments: {given}")),
    (r"Invalid value for (?P<name>.+?): (?P<rest>.+)", phrase("Invalid value for {name}: {rest}")),
    (r"(?P<value>.+) is not a valid float(?: range)?\.", phrase("{value} is not a number.")),
    (r"(?P<value>.+) is not a valid int(?:eger)?(?: range)?\.", phrase("{value} is not a whole number.")),
    (r"(?P<value>.+) is not in the range (?P<range>.+)\.", phrase("{value} is not in the range {range}.")),
)


def show(fault: Any) -> None:
    """Shows a refusal on stderr: the usage, where help is, what is wrong."""
    context = getattr(fault, "ctx", None)
    if language() == ENGLISH or type(fault).__name__ == "NoArgsIsHelpError":
        fault.show()
        return
    if context is not None:
        hint = say("Try '{command}' for help.", command=f"{context.command_path} -h")
        print(f"{context.get_usage()}\n{hint}\n", file=sys.stderr)
    print(say("Error: {message}", message=said(fault.format_message())), file=sys.stderr)


def said(sentence: str) -> str:
    """One of the parser's sentences in the language in use."""
    for pattern, template in _SENTENCES:
        match = re.fullmatch(pattern, sentence, re.DOTALL)
        if match is not None:
            values = {
                name: said(text) if name == "rest" else text for name, text in match.groupdict().items()
            }
            return str(Message(template, values))
    return translated(sentence)
