n = 3;
TALK n;               ' bot: 3
