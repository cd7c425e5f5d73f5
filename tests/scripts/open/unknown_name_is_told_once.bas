TALK total          ' error: unknown-name
' hint: (3 times)
TALK total + 1
IF total > 2 THEN TALK total2     ' error: unknown-name
