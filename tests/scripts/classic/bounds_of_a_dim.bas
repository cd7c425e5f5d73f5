DIM b(1 TO 3)
TALK LBOUND(b), " ", UBOUND(b), " ", COUNT(b)   ' bot: 1 3 4
FOR i = LBOUND(b) TO UBOUND(b): b(i) = i * 2: NEXT i
TALK b(1), b(3)                                 ' bot: 26
PUSH b, 8
TALK UBOUND(b)                                  ' bot: 4
DIM grid(2, 5)
TALK LBOUND(grid), " ", UBOUND(grid)            ' bot: 0 2
n = 7
DIM c(n TO n + 1)
TALK LBOUND(c), " ", UBOUND(c)                  ' bot: 0 8
show_size
SUB show_size
  TALK UBOUND(b), " ", UBOUND(later)            ' bot: 4 0
END SUB
DIM later(1 TO 2)
