TALK IF(2 > 1, "more", "less")     ' bot: more
