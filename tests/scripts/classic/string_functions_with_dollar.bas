n$ = "Anastasia"
TALK LEFT$(n$, 3), MID$(n$, 4, 2), RIGHT$(n$, 1), CHR$(33)     ' bot: Anasta!
