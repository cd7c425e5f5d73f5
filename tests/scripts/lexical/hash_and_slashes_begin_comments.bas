# not said
// not said either
TALK "said"           ' bot: said
