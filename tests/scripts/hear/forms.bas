' The forms of HEAR give the same.
HEAR a
b = HEAR
c = HEAR "c?"
HEAR d WITH "d?"
TALK a, b, c, d
' user: 1
' user: 2
' bot: c?
' user: 3
' bot: d?
' user: 4
' bot: 1234
