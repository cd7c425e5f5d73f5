TALK deeper(1)
FUNCTION deeper(n)
  RETURN deeper(n + 1)     ' error: depth
END FUNCTION
