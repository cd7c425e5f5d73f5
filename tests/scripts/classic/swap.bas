DIM a(3)
a(1) = "x"
b = "y"
SWAP a(1), b
TALK a(1), b          ' bot: yx
