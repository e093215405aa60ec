"""
The lint of letters and signatures: what a careful colleague would say before a letter goes out.

Decisions
---------
- A file is read once into a `document.Document`: headers, text part, HTML tree, style rules, what sort of letter
  it is. Rules look at nothing else, so every rule works alike on ``.html``, ``.txt`` and ``.eml``.
- A rule is a function in ``rules/<group>.py`` and its page in ``rules/<group>.toml``: severity, source, sentence and
  reason in every language, one example that it fires on and one it is silent on. The examples are its tests.
- A finding is the audit's `Finding`; its owner is ``file:line``, so every form of the audit writes it.
- What cannot be judged (no brand, no dictionary) is *not applicable* with its reason, never a pass that was not earned.
"""
