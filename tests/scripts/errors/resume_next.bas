ON ERROR RESUME NEXT
x = 1 / 0
TALK ERROR, " ", ERR                  ' bot: true division-by-zero
ON ERROR GOTO 0
