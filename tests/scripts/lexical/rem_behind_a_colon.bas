TALK "one": REM and nothing more: TALK "two"
' bot: one
