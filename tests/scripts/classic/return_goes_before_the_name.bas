FUNCTION pick(n)
  pick = "by name"
  IF n > 1 THEN RETURN "by return"
END FUNCTION
TALK pick(1), ", ", pick(2)     ' bot: by name, by return
