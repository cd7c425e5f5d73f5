orders = [{n: 2}, {n: 9}, {n: 5}]
orders = SORT orders BY "n" DESC
TALK JOIN(MAP(orders, "n"), ",")        ' bot: 9,5,2
