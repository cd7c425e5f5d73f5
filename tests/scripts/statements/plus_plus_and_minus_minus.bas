n = 1
n++
n++  ' a note behind it
n--
TALK n           ' bot: 2
