TALK NOT 1 = 2                        ' bot: true
