TALK LEN([] OR [1, 2])                ' bot: 2
TALK LEN([] ?? [1, 2])                ' bot: 0
