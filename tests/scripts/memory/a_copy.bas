' What is given back is a copy.
REMEMBER "list" = [1]
mine = RECALL "list"
PUSH(mine, 2)
TALK COUNT(RECALL("list"))     ' bot: 1
