n = HEAR "How many?" AS INTEGER   ' bot: How many?
                                  ' user: 4
TALK n * 2            ' bot: 8
