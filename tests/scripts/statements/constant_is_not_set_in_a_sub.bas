CONST size = 5
SUB grow
  size = 6            ' error: constant
END SUB
grow
