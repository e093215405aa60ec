"""
What the option parser refuses, as one sentence of ours: what is wrong and what to type instead.

The parser says its own sentences in English and on three lines, with its usage around them. Each is known here by
a pattern; one that is not known is shown in its own words.
"""

from __future__ import annotations

import re
import sys
from typing import Any

from mailsetup.model.language import translated
from mailsetup.model.message import Message, phrase, say
from mailsetup.model.nearest import nearest

_GIVEN = r"(?P<quote>['\"])(?P<value>.*)(?P=quote)"
_FOR = r"Invalid value for '(?P<name>[^']+)'[^:]*: "
_NEAR = r"(?P<near> \(Possible options: .+\)| Did you mean .+\?)?"
_NO_COMMAND = "No such command {name!r}."
_NO_COMMAND_PATTERN = r"No such command '(?P<typed>.+?)'\." + _NEAR
_SENTENCES = {
    r"No such option: (?P<typed>.+?)" + _NEAR: phrase("there is no option {typed}; {advice}"),
    _NO_COMMAND_PATTERN: phrase('there is no command "{typed}"; {advice}'),
    r"Missing (?:argument|option) '(?P<name>[^']+)'.*": phrase("{name} is missing; {advice}"),
    r"Option '(?P<name>.+)' requires .+": phrase("{name} needs a value after it"),
    r"Option '(?P<name>.+)' does not take a value\.": phrase("{name} takes no value; type it alone"),
    r"Got unexpected extra argument(?:\(s\))? \((?P<given>.+)\)": phrase(
        '"{given}" has no place here; {advice}'
    ),
    _FOR + _GIVEN + r" is not a valid float.*": phrase('{name} takes a number, not "{value}"'),
    _FOR + _GIVEN + r" is not a valid int.*": phrase('{name} takes a whole number, not "{value}"'),
    _FOR + r"(?P<value>\S+) is not in the range (?P<least>[^<]+)<=x<=(?P<most>.+)\.": phrase(
        "{name} takes {least} to {most}, not {value}"
    ),
    _FOR + r"(?P<value>\S+) is not in the range x>=(?P<least>.+)\.": phrase(
        "{name} takes {least} or more, not {value}"
    ),
    _FOR + r"(?P<rest>.+)": phrase("{name}: {rest}"),
}


def show(fault: Any) -> None:
    """Shows a refusal on stderr; a group of commands typed alone shows its help."""
    if type(fault).__name__ == "NoArgsIsHelpError":
        fault.show()
    else:
        print(f"mailsetup: {said(fault)}", file=sys.stderr)


def said(fault: Any) -> Message | str:
    """The refusal as one sentence."""
    sentence = fault.format_message()
    for pattern, template in (*_SENTENCES.items(), _no_command()):
        match = re.fullmatch(pattern, sentence, re.DOTALL)
        if match is not None:
            given = match.groupdict()
            return Message(template, {**given, "advice": _advice(fault, given)})
    return say("{sentence}", sentence=sentence)


def _no_command() -> tuple[str, str]:
    """This one sentence the parser takes from the catalogue, where it was already put into the user's language."""
    words = re.escape(translated(_NO_COMMAND)).replace(re.escape("{name!r}"), "'(?P<typed>.+?)'")
    return words + _NEAR, _SENTENCES[_NO_COMMAND_PATTERN]


def _advice(fault: Any, given: dict[str, str]) -> Message:
    """The nearest word that is known, else where those that are known stand."""
    known = re.findall(r"--?\w[\w-]*|'[\w-]+'", given.get("near") or "")
    near = nearest(given.get("typed", ""), [k.strip("'") for k in known])
    if near:
        return say("did you mean {near}?", near=near[0])
    context = getattr(fault, "ctx", None)
    return say(
        '"{command}" says what it takes', command=f"{context.command_path if context else 'mailsetup'} -h"
    )
