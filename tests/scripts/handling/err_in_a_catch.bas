TRY
  x = 1 / 0
CATCH
  TALK ERR, " ", ERR.line, " ", ERR.message     ' bot: division-by-zero 2 division by zero
  TALK ERROR, ERROR MESSAGE, ERR.code           ' bot: truedivision by zerodivision-by-zero
END TRY
TALK ERR, ERROR                                 ' bot: 0false
TRY
  THROW("oops")
CATCH problem
  TALK ERR.message = problem.message            ' bot: true
END TRY
ON ERROR RESUME NEXT
x = 2 / 0
IF ERR <> 0 THEN TALK ERR.number, " in line ", ERR.line     ' bot: division-by-zero in line 14
TALK ERR.Description                            ' bot: division by zero
ON ERROR GOTO 0
TALK x IS NULL                                  ' bot: true
