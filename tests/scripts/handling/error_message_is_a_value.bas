ON ERROR RESUME NEXT
TALK 1 / 0
TALK "oh: " + ERROR MESSAGE + "."     ' bot: oh: division by zero.
