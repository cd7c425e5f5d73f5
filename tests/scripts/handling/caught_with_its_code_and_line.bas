TRY
  TALK [1][5]
CATCH e
  TALK e.code, " ", e.line            ' bot: index 2
END TRY
