TALK UNIQUE([1, TRUE, 1.0, "1", [1], [TRUE]])     ' bot: [1, 1, [1]]
TALK 1 = TRUE, [1] = [TRUE]                       ' bot: truetrue
