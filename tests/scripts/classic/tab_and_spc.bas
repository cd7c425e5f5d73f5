TALK "a" + SPC(2) + "b"     ' bot: a  b
