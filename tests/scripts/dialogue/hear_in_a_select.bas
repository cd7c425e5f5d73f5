SELECT CASE 1
  CASE 1
    HEAR x AS INTEGER
    ' user: 4
    TALK x + 1        ' bot: 5
END SELECT
