"""
Plans as text: one format a file, ``render(plan, phase) -> str``; the module's name is the ``--format`` word.

``phase`` is the number of the phase to publish, or None for the end state. Zone formats hold only
what can be published: a change that waits for a value is named in a comment or by the caller,
never rendered with a placeholder. All names are written with the trailing dot where the format knows one.
"""
