TALK "10" > 9                         ' bot: true
TALK "10" > "9"                       ' bot: false
TALK "abc" > 5                        ' bot: true
