total = 0
FOR i = 1 TO 1000000 : total = total + i * 2 : NEXT
RETURN total
