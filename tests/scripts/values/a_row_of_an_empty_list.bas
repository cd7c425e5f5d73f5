a = []
TALK a[0]                             ' error: index
