"""
Use cases: one file each, the only room that opens the edge and joins it to the pure ones.

Here live windows, order, exit codes, policies and the clock. No protocol knowledge: what a
record means is for `grammar`, `walks` and `checks`.
"""
