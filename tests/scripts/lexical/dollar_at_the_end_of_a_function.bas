TALK LEFT$("abc", 2) + MID$("abc", 3) ' bot: abc
