order = {"Total": 5}
order.total = 7
order["TOTAL"] = order.total + 1
TALK JOIN(KEYS(order), ",") + " " + order.Total   ' bot: Total 8
