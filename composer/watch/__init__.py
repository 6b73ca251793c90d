"""Watching files on this machine, and what a change of them means for containers.

rules (which change means what, pure), batch (what many changes come to, pure), places (where on
the disk to listen), notify (hearing of changes from the operating system; home of watchfiles), sync
(bringing files into a container). The use case that puts them together is api.watch.
"""
