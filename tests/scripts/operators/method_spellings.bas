l = SPLIT("b,a", ",")
l.push(" c ".trim())
TALK l.length, l.join("-"), l.contains("a")          ' bot: 3b-a-ctrue
