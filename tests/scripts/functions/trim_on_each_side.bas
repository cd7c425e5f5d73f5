TALK "[" & TRIM("  a ") & "|" & LTRIM("  a ") & "|" & RTRIM("  a ") & "]"     ' bot: [a|a |  a]
