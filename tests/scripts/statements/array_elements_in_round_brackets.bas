DIM a(3) AS INTEGER
a(2) = 7
a(2) += 1
TALK a(2), a(0)                       ' bot: 80
