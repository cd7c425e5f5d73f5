n = 0
again: n = n + 1
IF n < 3 THEN GOTO again
TALK n                       ' bot: 3
10 start: TALK "start"       ' bot: start
IF n = 3 THEN GOTO over
TALK "never"
20 over:
30: TALK "over"              ' bot: over
CLS: TALK "cleared"          ' bot: cleared
again_with_a_sub: TALK "x"   ' bot: x
greet: TALK "then"
' bot: hello
' bot: then
SUB greet
  TALK "hello"
END SUB
