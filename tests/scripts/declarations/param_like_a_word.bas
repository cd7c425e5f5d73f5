PARAM product AS STRING LIKE fax DESCRIPTION "Which one"
TALK "[" + product + "]"     ' bot: []
