ON ERROR RESUME NEXT
x = 1 / 0
TALK "oh: " + ERROR MESSAGE + "."     ' bot: oh: division by zero.
