fs = [1]
TALK fs[0](2)     ' error: not-a-function
