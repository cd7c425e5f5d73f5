TALK LEFT("a")     ' error: wrong-arguments
