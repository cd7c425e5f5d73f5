query = "q"
list = [query]
order = list[0]
description = order + "!"
TALK description      ' bot: q!
