DIM b(1 TO 3)
b = ["x", "y"]
TALK LBOUND(b), " ", UBOUND(b)                  ' bot: 0 2
DIM c(1 TO 3)
count_them c
SUB count_them(c)
  TALK LBOUND(c), " ", UBOUND(c)                ' bot: 0 4
END SUB
DIM d(3)
TALK LBOUND(d), " ", UBOUND(d)                  ' bot: 0 3
