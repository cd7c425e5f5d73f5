DATA 1, "two", three
READ a, b, c
TALK a, b, c                          ' bot: 1twothree
