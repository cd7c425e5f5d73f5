TALK "a" AND "b"                      ' bot: b
