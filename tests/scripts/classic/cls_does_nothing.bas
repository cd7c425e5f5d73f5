10 CLS
20 TALK "clear"       ' bot: clear
