' Without DEFAULT an empty answer to a question for a number is wrong.
HEAR n AS INTEGER
TALK n
' user:
' bot: Please answer with a whole number, such as 3.
' user: 1
' bot: 1
