' Inside a branch the words for one moment are the date that they mean then.
PARAM word
IF word IS NULL THEN
  SET SCHEDULE "tomorrow at 9", "once_in_words.bas", "again"
  TALK "first"
ELSE
  TALK word, FORMAT(NOW(), " HH:mm")
END IF
' bot: first
' after: 3d
' bot: again 09:00
