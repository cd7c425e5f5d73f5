language = "pt"
TALK "Olá" IF language = "pt"     ' bot: Olá
TALK "Hello" IF language = "en"
