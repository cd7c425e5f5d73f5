' Every kind of block, and the ways to leave one.
count = 0
LET limit = 10 : CONST name = "Ann"
SET order.items[0].price = 12.5
IF count > 3 THEN
  TALK "many"
ELSEIF count = 3 THEN
  TALK "three"
ELSE IF NOT count IS NULL AND count <> 2 THEN
  TALK "some"
ELSE
  TALK "none"
ENDIF
IF count > 1 THEN TALK "a" : count = 2 ELSE TALK "b" : count = 3
IF count > 1 THEN RETURN ELSE count = 4
IF count = 1 THEN GOTO done
IF count = 2 GOTO done
IF count = 3 THEN FOR i = 1 TO 3 : TALK i : NEXT ELSE count = 5
FOR i = 1 TO 10 STEP 2
  IF i = 5 THEN EXIT FOR
  CONTINUE
NEXT i
FOR i = 10 TO 1 STEP -1
  FOR j = i TO 10
    total = total + j
  NEXT j
END FOR
FOR EACH item IN order.items
  total += item.price
NEXT item
FOR EACH row IN rows LAST 5
  TALK row.name
NEXT
FOR line IN lines
  TALK line
END FOR
WHILE count < 10
  count = count + 1
WEND
WHILE count > 0 DO
  count -= 1
END WHILE
DO
  count = count + 1
LOOP UNTIL count >= 5
DO WHILE count > 0
  count = count - 1
LOOP
DO : count = count + 1 : LOOP WHILE count < 3
SELECT CASE count
  CASE 1, 2
    TALK "low"
  CASE 3 TO 9
    TALK "middle"
  CASE IS >= 10
    TALK "high"
  CASE ELSE
    TALK "odd"
END SELECT
SWITCH name
  CASE "Ann"
    TALK "hello"
  DEFAULT
    TALK "who?"
END SWITCH
TRY
  x = 1 / 0
  THROW "no good", "bad"
CATCH e
  TALK e.message
FINALLY
  x = 0
END TRY
ON ERROR RESUME NEXT
ON ERROR GOTO 0
ON count GOTO first, second
first:
GOSUB second
GOTO done
second:
RETURN
done:
100 TALK "classic"
110 GOTO 100
WITH person
  name = name
  .age = 42
END WITH
END
