' A script's own schedule runs it again and again, on the grid of its times.
SET SCHEDULE "every 5 minutes"
TALK "tick"
' bot: tick
' after: 5m
' bot: tick
' after: 10m
' bot: tick
' bot: tick
