TALK "3" * "4"                        ' bot: 12
TALK "10" - 1                         ' bot: 9
