"""
Signatures: eleven layouts, one card a person and language, and the forms that mail programs take.

Decisions
---------
- Styles stand in every element: what is pasted into a mail program keeps nothing else.
- Text has no background of its own, so that a program's dark mode can recolour it as a whole.
- Pictures are fetched from the firm's own host or lie beside the file; ``data:`` addresses are
  never written, as Gmail drops them.
"""

from .render import Rendered, render

__all__ = ["Rendered", "render"]
