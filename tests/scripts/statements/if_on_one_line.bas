IF FALSE THEN TALK "a" ELSE TALK "b"  ' bot: b
