' To remember NULL is to forget.
REMEMBER "x" = 1
HEAR more
REMEMBER "x" = NULL
TALK RECALL("x") IS NULL
' user: hi
' bot: true
