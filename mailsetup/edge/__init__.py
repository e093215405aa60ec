"""
The only I/O: name servers, web, SMTP and files.

Everything below this room is given answers and knows no socket, clock or path.
"""
