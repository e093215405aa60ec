"""
The command line: typer, one command a file, nothing in it but options and the call of a use case.

Decisions
---------
- Plain help, without the rich extra: a third faster to start, and it reads well in a log.
- Command modules import nothing heavy at their top; what a command needs is imported when it runs.
"""
