"""Moves from beginning to end on a real name server."""
