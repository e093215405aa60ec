"""
Judgments: one flaw a file, ``checks/<subject>/<flaw>.py``, each with its manual page, examples and source.

A check reads facts and yields findings. It never asks, never looks at the clock, never imports
another check; what several share stands in a module whose name begins with an underscore.
"""
