"""Data-dependent reading without I/O: one fact a file, each a generator that asks, receives and returns a typed value."""
