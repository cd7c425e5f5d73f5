"""Turns beside those of other engines that survive a kill: `make engines`, then `python -m tests.bench.engines`."""
