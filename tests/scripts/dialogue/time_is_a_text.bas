' A TIME has one form.
HEAR x AS TIME
TALK x
' user: 2:05 pm
' bot: 14:05
