SUB one(a)
END SUB
CALL one(1, 2)                        ' error: wrong-arguments
