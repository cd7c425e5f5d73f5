READ fruit, count
TALK fruit, " ", count + 1     ' bot: figs 4
DATA figs, 3
