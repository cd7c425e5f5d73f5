x = 9223372036854775807
x = x + 1
TALK x                                ' bot: 9.223372036854776e+18
TALK TYPEOF(x)                        ' bot: number
