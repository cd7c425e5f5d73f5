TALK "a"                              ' bot: a
END
TALK "never"
