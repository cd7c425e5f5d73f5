' TALK writes its values one after another, with nothing between.
name = "Ana"
TALK "Hello, ", name, 1 + 1, NULL, TRUE     ' bot: Hello, Ana2true
