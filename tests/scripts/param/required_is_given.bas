' What is required comes as it was given.
r = CALL "needed.bas", "Ana"
TALK r     ' bot: Hello, Ana
