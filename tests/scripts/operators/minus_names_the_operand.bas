TALK "apples" - 1                     ' error: wrong-type
