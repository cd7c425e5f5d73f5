files = 3
HEAR a                            ' user: [file cat.jpg]
TALK files                        ' bot: 3
