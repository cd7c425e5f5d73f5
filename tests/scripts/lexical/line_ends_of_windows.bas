TALK "one"    ' bot: one
TALK "two"    ' bot: two
