.a = 1     ' error: no-with
