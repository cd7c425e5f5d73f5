TALK URLENCODE("a b&ç")               ' bot: a%20b%26%C3%A7
