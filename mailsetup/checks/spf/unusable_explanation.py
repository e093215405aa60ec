"""
An exp= that leads to no usable explanation.

exp= names a TXT record whose text a refused sender is shown. There must be exactly one, in plain ASCII and with
well-formed macros; otherwise receivers use their own words.

Fires on:

    example.com.  TXT  "v=spf1 ip4:192.0.2.1 -all exp=why.example.com"

Fires on:

    example.com.      TXT  "v=spf1 ip4:192.0.2.1 -all exp=why.example.com"
    why.example.com.  TXT  "one"
    why.example.com.  TXT  "two"

Silent on:

    example.com.      TXT  "v=spf1 ip4:192.0.2.1 -all exp=why.example.com"
    why.example.com.  TXT  "%{i} may not send as %{d} (%{t})"

Unknown on:

    example.com.      TXT      "v=spf1 ip4:192.0.2.1 -all exp=why.example.com"
    why.example.com.  TIMEOUT
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._silence import spf_is_plain
from mailsetup.checks._when import publishes_sound_spf
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.model.message import phrase
from mailsetup.walks.spf_exp import SpfExplanation, spf_exp
from mailsetup.walks.spf_record import spf_record


@check(
    title="The explanation of SPF cannot be used",
    severity=Severity.INFO,
    applies_to=publishes_sound_spf,
    codes=["SPF_EXP_TEXT"],
    reads=[spf_exp, spf_record],
    cites=["RFC 7208 section 6.2"],
    silent_where=spf_is_plain,
)
def unusable_explanation(case: Case) -> Iterator[Finding]:
    exp = case.read(spf_exp)
    if exp.answer is None or exp.question is None or exp.answer.unknown:
        return
    template = _template(exp)
    if template is not None:
        yield case.finding(
            template,
            target=exp.target,
            count=len(exp.texts),
            at=(exp.question, case.read(spf_record).question),
            remedy="Publish exactly one TXT record at {target} with the explanation, or remove exp= from the SPF record.",
        )


def _template(exp: SpfExplanation) -> str | None:
    if not exp.texts:
        return phrase("exp= leads to {target}, which has no TXT record")
    if len(exp.texts) > 1:
        return phrase("exp= leads to {target}, which has {count} TXT records; exactly one is used")
    if exp.faults:
        return phrase("the explanation at {target} has a macro that is not well formed")
    return None if exp.texts[0].isascii() else phrase("the explanation at {target} is not plain ASCII")
