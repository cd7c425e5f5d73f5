DEF FN area(w, h) = w * h
TALK FN area(2, 5)    ' bot: 10
