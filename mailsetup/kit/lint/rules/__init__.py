"""The rules: a group of functions and, beside it, a table of their pages."""
