n% = 7
half! = .5
big& = 100000
sum# = n% + half!
TALK big&, " ", n% MOD 4, " ", sum#     ' bot: 100000 3 7.5
