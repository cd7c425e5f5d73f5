TALK REPLACE('a-b', '-', '+')     ' bot: a+b
