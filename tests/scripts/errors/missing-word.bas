FOR i = 1 3     ' error: missing-word
  TALK i
NEXT
