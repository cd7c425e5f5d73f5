stock = {}
FOR i = 1 TO 12
  stock["Item" + i] = i
NEXT
TALK stock.item7                      ' bot: 7
taken = REMOVE(stock, "ITEM7")
stock["Item13"] = 13
TALK taken + " " + ISNULL(stock.item7) + " " + stock.ITEM13   ' bot: 7 true 13
