TALK MATCH("a", "(a")                 ' error: invalid-pattern
