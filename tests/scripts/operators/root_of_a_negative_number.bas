TALK (-8) ^ 0.5                       ' error: range
