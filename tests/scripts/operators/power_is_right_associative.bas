TALK 2 ^ 3 ^ 2                        ' bot: 512
