a = ["x", "y"]
TALK a["1"]                           ' bot: y
