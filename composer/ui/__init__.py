"""What people see: progress, logs, tables, problems, questions. Home of rich (live.py only).

Modules take streams, environments and clocks as arguments and know nothing of the command line.
"""
