TRY
  r = CALL "kinds.bas", {phone: "zzz"}
CATCH e
  TALK e.code, ": ", e.message
END TRY
' bot: invalid-argument: expected phone to be a phone number with its country code, such as +55 11 91234-5678, got 'zzz'
TRY
  r = CALL "kinds.bas", {at: "noonish"}
CATCH e
  TALK e.message     ' bot: expected at to be a time such as 08:30, got 'noonish'
END TRY
