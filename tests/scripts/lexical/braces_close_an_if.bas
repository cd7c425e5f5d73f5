n = 1
IF n = 1 {
  TALK "in"           ' bot: in
}
TALK "behind"         ' bot: behind
