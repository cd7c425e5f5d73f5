' IN after TALK is the operator.
letters = ["a", "b"]
TALK "a" IN letters, " ", "c" NOT IN letters     ' bot: true true
