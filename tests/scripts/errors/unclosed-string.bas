TALK "Hello
