again:
TALK "x"
GOTO agian     ' error: unknown-label
