fruits = ["mango"]
TALK fruits[-1]     ' error: index
