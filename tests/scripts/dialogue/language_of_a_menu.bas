' The words around the choices are in the person's language, the choices are the script's.
SET LANGUAGE "fr"
HEAR x AS "thé", "lait"
TALK x
' user: bière
' bot: Merci de répondre par un de ces choix : thé, lait.
' user: lait
' bot: lait
