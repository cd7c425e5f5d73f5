DECLARE SUB greet (name)
greet "Ana"
SUB greet (name)
  TALK "Hi ", name     ' bot: Hi Ana
END SUB
