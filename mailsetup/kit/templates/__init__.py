"""
Letters: 51 templates in every locale and voice, their engine, and the whole pack as files in memory.

Decisions
---------
- One source a template: a table of typed variables and one text file a locale, in a small line language
  (`markup`). HTML, plain text, drafts, exports and JSON-LD are all made of the same blocks; the text part
  is written, never scraped from HTML.
- Texts are filled in by a sandbox that knows no attribute, call or import, counts its loops, and names
  file and line of every fault (`sandbox`). What it makes is marked text; who writes HTML escapes it.
- The HTML shell is ours and not the user's; brands change colours, fonts and texts, not tables.
"""

from __future__ import annotations
