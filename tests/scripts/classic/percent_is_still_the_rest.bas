n = 7
m = 4
TALK n % m, " ", n%m, " ", 7%4     ' bot: 3 3 3
