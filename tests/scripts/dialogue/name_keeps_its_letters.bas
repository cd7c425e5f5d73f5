' A NAME may have accents and dashes.
HEAR x AS NAME
TALK x
' user: João  D'Ávila-Lima
' bot: João D'Ávila-Lima
