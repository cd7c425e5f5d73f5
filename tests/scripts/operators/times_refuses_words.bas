TALK "three" * 2                      ' error: wrong-type
