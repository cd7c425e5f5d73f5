TALK TO "+5511912345678", "hello"      ' error: unknown-contact
