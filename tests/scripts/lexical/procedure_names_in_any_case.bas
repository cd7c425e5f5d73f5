CALL Greet("Ana")
GREET "Bea"
SUB greet(name)
  TALK "Hi ", name
END SUB
' bot: Hi Ana
' bot: Hi Bea
