HEAR n AS INTEGER     ' error: invalid-answer
' user: a
' bot: Please answer with a whole number, such as 3.
' user: b
' bot: Please answer with a whole number, such as 3.
' user: c
