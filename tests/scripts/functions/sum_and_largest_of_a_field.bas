orders = [{n: 2}, {n: 9}]
TALK SUM(orders, "n"), " ", AVG(orders, "n"), " ", MAX(orders, "n"), " ", MIN(orders, "n")     ' bot: 11 5.5 9 2
