DIM "x"     ' error: not-a-variable
