TALK "x"
ELSE     ' error: stray-part
