DIM a(3, 4) AS INTEGER
a(3, 4) = 5
TALK a(0, 0), " ", a(3, 4), " ", a[3][3]     ' bot: 0 5 0
n = 2
DIM b(1 TO n) AS STRING
TALK "[" + b(2) + "]"                        ' bot: []
REDIM PRESERVE a(4, 4) AS INTEGER
a(4, 4) = 7
TALK a(3, 4), " ", a(4, 4), " ", a(4, 3)     ' bot: 5 7 0
DIM c(2) AS INTEGER
c(0) = 1
REDIM PRESERVE c(4) AS INTEGER
TALK c, " ", COUNT(c)                        ' bot: [1, 0, 0, 0] 4
REDIM PRESERVE c(1)
TALK c                                       ' bot: [1]
