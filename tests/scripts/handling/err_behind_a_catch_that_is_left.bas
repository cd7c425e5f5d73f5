FOR EACH k IN [1, 2]
  TRY
    TALK 1 / (k - 1)              ' bot: division-by-zero
  CATCH
    TALK ERR.code
    CONTINUE
  FINALLY
    TALK "finally ", ERR          ' bot: finally 0
  END TRY
  TALK k, " ", ERROR              ' bot: 1
NEXT                              ' bot: finally 0
TALK ERR                          ' bot: 2 false
TRY                               ' bot: 0
  THROW "outer"
CATCH
  TRY
    THROW "inner"
  CATCH
    TALK ERR.message              ' bot: inner
  END TRY
  TALK ERR.message                ' bot: outer
END TRY
TALK half(0), " ", ERR            ' bot: none 0
FUNCTION half(n)
  TRY
    RETURN 1 / n
  CATCH
    IF ERROR THEN RETURN "none"
  END TRY
END FUNCTION
