FUNCTION twice(n)
  twice = n * 2
END FUNCTION
TALK twice(4)    ' bot: 8
