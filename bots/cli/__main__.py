"""`python -m tasktalk.bots.cli`: the command without its script."""

from tasktalk.bots.cli import main

main(prog_name="tasktalk")
