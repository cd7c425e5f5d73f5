' AS MENU is the same as AS with choices.
HEAR x AS MENU "tea", "milk"
TALK x
' user: 2
' bot: milk
