"""The ways in which people of a crash test talk to the bot: one file for each channel, with its provider as it is."""
