total == 5     ' error: not-a-statement
TALK total
