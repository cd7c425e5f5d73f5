x = 5
x.a = 1                               ' error: wrong-type
