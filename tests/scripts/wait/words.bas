' A length of time may be a text; a moment is for WAIT UNTIL.
WAIT "5 minutes"
TALK "five"
day = "tomorrow"
TRY
  WAIT day
CATCH e
  TALK e.code, ": ", e.message
END TRY
TRY
  WAIT UNTIL day + " at 5"
CATCH e
  TALK e.code, ": ", e.message
END TRY
' after: 5m
' bot: five
' bot: wrong-type: "tomorrow" is no length of time
' bot: invalid-date: WAIT UNTIL needs a moment, and "tomorrow at 5" is none
