ON ERROR RESUME NEXT
TALK 1 / 0
TALK ERROR, " ", ERR                  ' bot: true division-by-zero
ON ERROR GOTO 0
