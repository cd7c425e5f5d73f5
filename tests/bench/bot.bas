SUB add_line(order)
  message = message + order.id + ": " + order.customer + " " + FORMAT(order.total, "#,##0.00") + "; "
  shown = shown + 1
END SUB
FUNCTION discount(order)
  IF order.total > 500 AND order.vip THEN RETURN order.total * 0.1
  IF order.total > 200 THEN RETURN order.total * 0.05
  RETURN 0
END FUNCTION
message = ""
shown = 0
rounds = 0
grand = 0
orders = LOAD ORDERS
WHILE rounds < 20
  rounds = rounds + 1
  open_orders = []
  by_customer = {}
  FOR EACH order IN orders
    IF order.status = "open" AND order.total > 50 THEN
      PUSH open_orders, order
      grand = grand + order.total - discount(order)
      seen = by_customer[order.customer]
      by_customer[order.customer] = (ISNULL(seen) ? 0 : seen) + 1
    END IF
  NEXT
  message = ""
  FOR EACH order IN open_orders
    IF LCASE(order.customer) <> "nobody" THEN CALL add_line(order)
  NEXT
WEND
RETURN message + " " + shown + " " + FORMAT(grand, "#,##0.00") + " " + UBOUND(open_orders)
