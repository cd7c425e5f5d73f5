PRINT "for the log only"
TALK "said"           ' bot: said
