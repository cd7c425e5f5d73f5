DIM names(1 TO 3) AS STRING
names(3) = "Ana"
TALK "[" + names(1) + "] " + names(3)     ' bot: [] Ana
