DATA 1, UCASE("x")                    ' error: not-a-constant
