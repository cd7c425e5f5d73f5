PRINT "Think of a number"
INPUT n
PRINT n
