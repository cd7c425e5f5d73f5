' After three wrong answers comes an error that can be caught.
TRY
  HEAR n AS INTEGER WITH "n?"
CATCH problem
  TALK problem.code
END TRY
' bot: n?
' user: x
' bot: Please answer with a whole number, such as 3.
' user: y
' bot: Please answer with a whole number, such as 3.
' user: z
' bot: invalid-answer
