SUB report()
  s = s + "."
  hits = hits + 1
END SUB
s = ""
hits = 0
FOR i = 1 TO 60000
  s = s + "ab"
  IF i MOD 10 = 0 THEN CALL report()
  hits = hits + 1
NEXT
RETURN LEN(s) + hits
