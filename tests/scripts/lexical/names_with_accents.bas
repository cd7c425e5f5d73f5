preço = 5
TALK preço * 2        ' bot: 10
