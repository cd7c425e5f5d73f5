TALK "hello" ¤     ' error: character
