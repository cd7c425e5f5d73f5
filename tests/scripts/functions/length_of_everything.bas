TALK LEN("äö"), LEN([1, 2]), LEN({a: 1}), LEN(NULL), LEN(123)     ' bot: 22103
