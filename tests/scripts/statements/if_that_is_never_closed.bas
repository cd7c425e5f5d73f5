IF TRUE THEN                          ' error: unclosed-block
  TALK "a"
