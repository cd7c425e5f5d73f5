TALK LEFT$("abc", 1) & MID$("abc", 2, 1) & RIGHT$("abc", 1) & UCASE$("d") & CHR$(101)     ' bot: abcDe
