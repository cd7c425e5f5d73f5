size = 2
IF size IN (1, 2, 3) THEN TALK "small"        ' bot: small
IF NOT size IN (5, 6) THEN TALK "not large"   ' bot: not large
