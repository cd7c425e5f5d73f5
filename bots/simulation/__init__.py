"""Days in seconds: the real server on a clock that does not wait, in a world of its own, and what happened in it."""
