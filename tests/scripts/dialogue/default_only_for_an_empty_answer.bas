' A wrong answer is wrong, DEFAULT or not.
HEAR n AS INTEGER DEFAULT 5
TALK n
' user: five
' bot: Please answer with a whole number, such as 3.
' user:
' bot: 5
