GOTO last
TALK "never"                          ' noqa: unreachable
last:
TALK "here"                           ' bot: here
