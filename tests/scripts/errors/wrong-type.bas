TALK "apple" * 2     ' error: wrong-type
