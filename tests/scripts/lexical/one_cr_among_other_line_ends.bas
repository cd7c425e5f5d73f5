TALK "a"     ' bot: a
TALK "b"     ' bot: bTALK "c"     ' bot: c
