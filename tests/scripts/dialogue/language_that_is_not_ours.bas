' In any other language what is expected is said in English.
SET LANGUAGE "ja"
HEAR x AS BOOLEAN
TALK x, " ", GET "user.language"
' user: ?
' bot: Please answer with yes or no.
' user: yes
' bot: true ja
