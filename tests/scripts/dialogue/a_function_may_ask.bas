' A FUNCTION may ask, and gives what it made of the answer.
FUNCTION asked(what)
  x = HEAR what + "?"
  RETURN UCASE(x)
END FUNCTION
TALK asked("Town"), " ", asked("Name")
' bot: Town?
' user: Faro
' bot: Name?
' user: Ana
' bot: FARO ANA
