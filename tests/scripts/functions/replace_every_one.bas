TALK REPLACE("a-b-c", "-", "")        ' bot: abc
TALK REPLACE("abc", "", "x")          ' bot: abc
