DIM w#(3), r%(2)
w#(1) = 2
a!(2) = 4
r%(1) = 3
z&(1) = 5
q$(1) = "x"
TALK w#(1), " ", a!(2), " ", r%(1), " ", "${z&(1)}", " ", q$(1)     ' bot: 2 4 3 5 x
TALK Fact#(4), " ", Half%(9)                                        ' bot: 24 4
show 3                                                              ' bot: 3!
n = 7
m = 4
TALK n%(m), " ", n&(m), " ", n %m                                   ' bot: 3 74 3
SUB show(n%)
  TALK n%, "!"
END SUB
FUNCTION Half%(n%)
  RETURN n% \ 2
END FUNCTION
FUNCTION Fact#(n%)
  IF n% < 2 THEN RETURN 1
  Fact# = n% * Fact#(n% - 1)
END FUNCTION
