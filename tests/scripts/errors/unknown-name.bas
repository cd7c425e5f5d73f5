total = 1
TALK totl                             ' error: unknown-name
' hint: did you mean 'total'?
