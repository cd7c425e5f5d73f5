TALK "first"    ' bot: first
