TALK STRING(3, "*") & "[" & SPACE(2) & "]" & REPEAT("ab", 2)     ' bot: ***[  ]abab
