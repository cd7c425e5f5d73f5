DATA 1 + 2     ' error: not-a-constant
READ x
TALK x
