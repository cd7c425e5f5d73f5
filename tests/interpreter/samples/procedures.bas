REM procedures and their calls
SUB greet(name, greeting = "Hello")
  LOCAL text = greeting + " " + name
  TALK text
END SUB
FUNCTION area(width AS NUMBER, height AS NUMBER) AS NUMBER
  IF width < 0 THEN EXIT FUNCTION
  RETURN width * height
END FUNCTION
SUB plain
  greet "Bob", "Hi"
  CALL greet("Eve")
  CALL plain
END SUB
DEF FNSQ(x) = x * x
DIM a(10), b AS INTEGER, c = 3
size = area(3, 4) + area(area(1, 2), 3)
result = CALL "other.bas", size
RETURN WITH size AS area, result AS result
PARAM city AS STRING LIKE "Berlin" DESCRIPTION "where" OPTIONAL
PARAM unit AS "C", "F"
PARAM from_day, to_day
DESCRIPTION Looks up the weather's state
DESCRIPTION "Looks up"
SET SCHEDULE every 5 minutes
SET SCHEDULE "0 9 * * *", "daily.bas"
SET SCHEDULE weekdays at 8am, "daily.bas"
ON EVENT "paid"
  TALK "thanks"
END ON
ON INSERT OF "orders"
  TALK "new"
END ON
ON FACE DETECTED camera
  TALK "hello"
END ON
ON TASK COMPLETED t
  TALK "done"
END ON
