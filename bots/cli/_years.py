"""Of which years a day may be that a command is given."""

YEARS = range(1971, 9001)
"""Before and after them there may be no moment any more that is a day, or half a century, away."""
