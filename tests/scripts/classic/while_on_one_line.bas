i = 0
WHILE i < 3: i = i + 1: WEND
TALK i                ' bot: 3
