' AS INTEGER gives a number and refuses what is none.
n = HEAR "How many?" AS INTEGER
TALK n + 1
' bot: How many?
' user: a few
' bot: Please answer with a whole number, such as 3.
' user: 2.5
' bot: Please answer with a whole number, such as 3.
' user: 1,200
' bot: 1201
