SET BOT MEMORY "price" AS 12.5
SET USER MEMORY "town" AS "Faro"
TALK GET BOT MEMORY "price", " ", RECALL "town"     ' bot: 12.5 Faro
