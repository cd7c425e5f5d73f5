REMEMBER "" = 1     ' error: invalid-key
