"""A talk in a terminal, as `tasktalk run` has it."""
