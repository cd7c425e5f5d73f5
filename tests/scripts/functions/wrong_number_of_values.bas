TALK LEFT("abc")                      ' error: wrong-arguments
