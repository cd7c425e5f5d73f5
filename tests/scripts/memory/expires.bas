' After its time it is gone, and can be remembered anew.
REMEMBER "code", 1, "2 hours"
REMEMBER "seconds", 1, 60
REMEMBER "day", 1, NOW() + DAYS(1)
HEAR x
TALK RECALL("code") IS NULL, RECALL("seconds") IS NULL, RECALL("day") IS NULL
HEAR x
TALK RECALL("code") IS NULL, RECALL("day") IS NULL
REMEMBER "code" = 2
TALK RECALL "code"
' after: 119m
' user: a
' bot: falsetruefalse
' after: 1m
' user: b
' bot: truefalse
' bot: 2
