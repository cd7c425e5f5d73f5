TALK UBOUND(["a", "b"])               ' bot: 2
DIM a(10)
TALK UBOUND(a)                        ' bot: 10
