remaining = 3
REMEMBER "left" = remaining
TALK RECALL "left"    ' bot: 3
