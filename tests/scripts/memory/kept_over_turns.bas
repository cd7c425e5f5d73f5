' What is remembered, changed and forgotten is there in later turns.
REMEMBER "a" = 1
REMEMBER "b" = 2
HEAR x
REMEMBER "a" = 3
FORGET "b"
HEAR x
TALK RECALL("a"), " ", RECALL("b") IS NULL
REMEMBER "b" = 4
HEAR x
TALK RECALL "b"
' user: 1
' user: 2
' bot: 3 true
' user: 3
' bot: 4
