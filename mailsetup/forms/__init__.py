"""
Output forms: one format a file, ``render(run) -> Iterator[str]``; the module's name is the ``--format`` word.

A form knows findings and plans, nothing else. It does not compute, reorder or decide an exit
code. What comes from DNS is escaped here, for each form in its own way.

Decisions
---------
- JSON is written by orjson where it is installed (the ``fast`` extra) and by the standard
  library elsewhere; one test holds that both give the same bytes. No floats are written.
- A verdict that many domains share (a pass, a check that does not apply) is turned into its
  dictionary once.
"""
