CONST name = "Ana"
HEAR name             ' error: constant
