"""The command line: one short module a command, found by name in a table (root) when it is used."""
