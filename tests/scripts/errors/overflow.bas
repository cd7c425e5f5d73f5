TALK 10 ^ 400     ' error: overflow
