TALK JOIN(MAP([{n: 1}, {n: 5}], "n"), "+")           ' bot: 1+5
