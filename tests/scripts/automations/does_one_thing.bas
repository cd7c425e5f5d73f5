' A rule does one thing.
TRY
  CREATE AUTOMATION "Two" ON MESSAGE "help" CREATE TASK "Help" NOTIFY "ana" SAYING "Help!"
CATCH e
  TALK e.message            ' bot: an automation does one thing, and this one does two
END TRY
word = "OVERDU"
TRY
  CREATE AUTOMATION "Late" ON TASK word + "" CREATE TASK "Look"
CATCH e
  TALK e.code               ' bot: invalid_trigger
END TRY
