FOR EACH value IN ["2026-02-30", "hello", ""]
  TRY
    TALK FORMAT(value, "DD/MM/YYYY")
  CATCH e
    TALK e.code, ": ", e.message
  END TRY
NEXT
' bot: invalid-date: '2026-02-30' is no date
' bot: invalid-date: 'hello' is no date
' bot: invalid-date: the empty text is no date
TALK "[", FORMAT(NULL, "DD/MM/YYYY"), "]"     ' bot: []
TALK FORMAT("Ana", "hello")                   ' bot: Ana
