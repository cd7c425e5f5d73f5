TALK (1 + 2]     ' error: bracket
