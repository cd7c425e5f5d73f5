codes = {"a": 1, "A": 2}
codes["A"] = 3
codes.a = 4
TALK codes["a"] + " " + codes["A"] + " " + UBOUND(codes)   ' bot: 4 3 2
