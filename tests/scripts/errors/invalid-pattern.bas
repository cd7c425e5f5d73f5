x = MATCH("a", "(a")                  ' error: invalid-pattern
