x = TALK "a"     ' error: no-value
