"""
The nouns of the house: names, questions, answers, facts' protocol, findings, verdicts.

Frozen values only. Nothing here parses a record, knows a provider, holds a default
policy, looks at the clock or touches the world.

Decisions
---------
- Questions and answers are NamedTuples, not dataclasses: they are dictionary keys and
  are made by the hundred thousand; a NamedTuple is created three times faster.
- Names inside questions and rdata are plain ``str`` (lower case, A-labels, no trailing
  dot, master-file escapes); `DomainName` is the validated ``str`` a user's input becomes.
- `Answer.outcome` keeps seven cases apart. Only two of them mean absence.
"""
