' Who somebody is lasts over waits.
SET USER EMAIL "ana@example.com" NAME "Ana"
HEAR x
TALK username, " ", GET "user.email"
' user: hi
' bot: Ana ana@example.com
