TALK NULL + "a"                       ' bot: a
