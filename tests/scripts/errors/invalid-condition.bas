TALK FILTER([{a: 1}], "a is one")     ' error: invalid-condition
