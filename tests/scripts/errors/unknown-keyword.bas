TLAK "Hello"     ' error: unknown-keyword
' hint: did you mean TALK?
