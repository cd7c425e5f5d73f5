HEAR letter AS FILE WITH "Which one?"
TALK letter
' bot: Which one?
' user: [file my letter.pdf]
' bot: https://files.example/my%20letter.pdf
