a = [1, 2]
TALK a[0.5]                           ' error: index
