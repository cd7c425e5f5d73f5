ON EVENT "stock"
  TALK "never"
END ON
TALK "top"                            ' bot: top
