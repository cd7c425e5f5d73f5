a = RANGE(1, 60000)
HEAR x                                ' error: limit
TALK a
