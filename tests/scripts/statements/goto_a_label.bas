GOTO last
TALK "never"
last:
TALK "here"                           ' bot: here
