TALK "end"                            ' bot: end
