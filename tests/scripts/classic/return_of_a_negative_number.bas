FUNCTION below(n)
  RETURN -n
END FUNCTION
FUNCTION nothing
  RETURN -1
END FUNCTION
TALK below(3), " ", nothing()     ' bot: -3 -1
