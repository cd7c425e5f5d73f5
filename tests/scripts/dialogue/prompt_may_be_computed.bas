' A prompt is any text.
thing = "apples"
n = HEAR "How many " + thing + "?" AS INTEGER
TALK n
' bot: How many apples?
' user: 3
' bot: 3
