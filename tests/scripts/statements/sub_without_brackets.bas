greet "Ana"                           ' bot: Hello Ana
SUB greet(name)
  TALK "Hello " + name
END SUB
