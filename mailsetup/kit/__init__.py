"""
The kit of a new domain: brand, signatures and letters, as values and as files in memory.

Nothing here reads or writes a file, fetches a picture or looks at the clock; `run` hands in what
was read and writes what comes out.

Decisions
---------
- What a brand's file gets wrong is refused with file, line and key; what is merely hard to read
  (a contrast) comes with the nearest shade that passes.
- Every text of a brand or person is data: it meets HTML, Jinja, RTF, PowerShell and shell only
  through the one function that quotes for that language.
"""
