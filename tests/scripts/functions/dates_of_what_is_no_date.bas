TRY
  TALK YEAR("soon")
CATCH e
  TALK e.code, ": ", e.message     ' bot: invalid-date: 'soon' is no date
END TRY
TRY
  TALK DATEADD("31/12/2026", 1, "day")
CATCH e
  TALK e.code                      ' bot: invalid-date
END TRY
TRY
  TALK DATEDIFF("2026-01-01", "then")
CATCH e
  TALK e.code                      ' bot: invalid-date
END TRY
