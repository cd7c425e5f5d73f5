TALK JOIN(SPLIT("a,b,,c", ","), "|")  ' bot: a|b||c
TALK LEN(SPLIT("one two", " "))       ' bot: 2
TALK JOIN([1, NULL, TRUE])            ' bot: 1, , true
