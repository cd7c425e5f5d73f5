TALK ("a", "b")       ' bot: ab
