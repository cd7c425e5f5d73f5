TALK SORT([3, "10", 2]), " ", SORT(["b", "a"], "desc")     ' bot: [2, 3, 10] [b, a]
