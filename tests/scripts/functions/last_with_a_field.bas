TALK LAST([{n: 2}, {n: 9}], "n"), FIRST([], "n")     ' bot: 9
