' A name that every script can read may be a variable all the same.
task = "sweep"
hour = 25
TALK task, " ", hour     ' bot: sweep 25
