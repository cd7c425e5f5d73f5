x = 1 +
  2 *
  3
TALK x                                ' bot: 7
