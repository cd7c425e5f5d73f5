GOTO lost                             ' error: unknown-label
