x = = 1     ' error: missing-value
