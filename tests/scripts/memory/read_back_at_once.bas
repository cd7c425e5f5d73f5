' What a turn remembers it reads back at once, changed or forgotten too.
REMEMBER "n" = 1
REMEMBER "n" = RECALL("n") + 1
TALK RECALL "n"
FORGET "n"
TALK RECALL("n") IS NULL
REMEMBER "n" = 5
TALK RECALL "n"
' bot: 2
' bot: true
' bot: 5
