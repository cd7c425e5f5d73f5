' A week has seven days.
HEAR x TIMEOUT 1 WEEK
TALK TIMEDOUT
' after: 6d
' after: 1d
' bot: true
