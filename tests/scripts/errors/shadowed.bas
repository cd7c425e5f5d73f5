CALL talk("x")
SUB talk(text)
  PRINT text
END SUB
