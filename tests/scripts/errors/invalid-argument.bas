PARAM count AS INTEGER REQUIRED       ' error: invalid-argument
TALK count
