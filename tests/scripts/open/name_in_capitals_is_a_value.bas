SET USER NAME "Ana"
KEY = "user.name"
x = GET KEY
TALK x                          ' bot: Ana
