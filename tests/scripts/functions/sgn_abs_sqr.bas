TALK SGN(-5), SGN(0), SGN(2), " ", ABS(-5), " ", SQR(9)     ' bot: -101 5 3
