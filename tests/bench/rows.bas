orders = LOAD ORDERS
found = []
FOR turn = 1 TO 100
  found = []
  FOR EACH order IN orders
    IF order.status = "open" AND order.customer <> "Customer3" THEN
      IF order.vip OR order.total >= 400 THEN PUSH found, order
    END IF
  NEXT
NEXT
count = 0
sum = 0
FOR i = 0 TO UBOUND(found) - 1
  order = found[i]
  count = count + 1
  sum = sum + order.total
NEXT
first = orders.customer
RETURN first + ": " + count + " of " + UBOUND(orders) + ", " + sum
