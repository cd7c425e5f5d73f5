"""Shows that a killed server loses nothing: people talk to real server processes that are killed, and in the end
everything is compared with what the same talks give when nobody is killed."""
