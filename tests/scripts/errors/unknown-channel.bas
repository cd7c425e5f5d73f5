TALK TO "telegarm:4711", "hello"      ' error: unknown-channel
