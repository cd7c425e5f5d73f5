IF TRUE THEN
  TALK "x"
NEXT     ' error: wrong-end
