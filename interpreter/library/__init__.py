"""The functions of the language, by topic; each is one Python function whose docstring is its manual page."""
