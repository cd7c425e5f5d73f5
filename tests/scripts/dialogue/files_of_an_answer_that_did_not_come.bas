HEAR a                            ' user: [file cat.jpg]
HEAR b TIMEOUT 1 HOUR             ' after: 1h
TALK COUNT(FILES)                 ' bot: 0
