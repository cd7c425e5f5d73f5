FUNCTION factorial(n)
  factorial = 1
  IF n < 2 THEN EXIT FUNCTION
  factorial = n * factorial(n - 1)
END FUNCTION
TALK factorial(5)     ' bot: 120
