a = [3, 1, 2]
TALK JOIN(SORT(a), ""), JOIN(a, "")   ' bot: 123312
