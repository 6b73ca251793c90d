"""Logs at the engine's speed.

lines (bytes to lines, pure), source (the log of one container, reopened where it broke off), read
(what is there now), follow (what comes, of all containers of a project), instant (``--since``).
"""
