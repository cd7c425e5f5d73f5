DEF FNarea(w, h) = w * h
TALK FNarea(2, 3)                     ' bot: 6
