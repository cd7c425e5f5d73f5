TALK LEFT("ab", 10) & "|" & RIGHT("ab", 10) & "|" & LEFT("ab", -1) & "|" & MID("ab", 5)     ' bot: ab|ab||
