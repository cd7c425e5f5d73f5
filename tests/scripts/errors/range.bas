TALK CHR(-5)     ' error: range
