"""Carrying out a plan: execute (the ready-queue), waits (conditions on engine events), hooks."""
