TALK "a"                              ' bot: a
END
TALK "never"                          ' noqa: unreachable
