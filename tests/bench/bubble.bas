items = []
x = 7
FOR i = 1 TO 250
  x = (x * 137 + 11) MOD 997
  PUSH items, x
NEXT
swapped = TRUE
WHILE swapped
  swapped = FALSE
  FOR i = 0 TO UBOUND(items) - 2
    IF items[i] > items[i + 1] THEN
      t = items[i]
      items[i] = items[i + 1]
      items[i + 1] = t
      swapped = TRUE
    END IF
  NEXT
WEND
RETURN items[0] + items[249]
