' A wrong answer repeats what is expected, not the prompt.
HEAR n AS INTEGER WITH "How many?"
TALK n
' bot: How many?
' user: some
' bot: Please answer with a whole number, such as 3.
' user: 3
' bot: 3
