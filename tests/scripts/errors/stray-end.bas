TALK "x"
NEXT     ' error: stray-end
