DIM a(10)
TALK UBOUND(a)                        ' bot: 10
b = ["x", "y", "z"]
TALK UBOUND(b), " ", LBOUND(b)        ' bot: 3 0
