TALK "AbC" + "dEf"    ' bot: AbCdEf
