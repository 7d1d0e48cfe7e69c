"""Inputs that nobody would write, by the thousand: `python -m tests.fuzz --minutes 10 --seed 1`.

A case is a kind of input and a number; the same two make the same bytes on every machine.
"""
