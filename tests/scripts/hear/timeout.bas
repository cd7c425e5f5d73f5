' When the time is over the answer is null and TIMEDOUT is true.
name = "before"
HEAR name WITH "Name?" TIMEOUT 30 MINUTES
TALK TIMEDOUT, " ", name IS NULL
' bot: Name?
' after: 29m
' after: 1m
' bot: true true
