TALK 1 == 1, 1 != 2, 1 <> 1           ' bot: truetruefalse
