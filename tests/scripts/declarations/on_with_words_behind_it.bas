ON EVENT "stock" DO
  TALK "never by itself"
END ON
TALK "on"             ' bot: on
