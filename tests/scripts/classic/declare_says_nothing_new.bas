DECLARE SUB greet (name AS STRING)
greet "Ana"
SUB greet (name)
  TALK "Hi ", name     ' bot: Hi Ana
END SUB
