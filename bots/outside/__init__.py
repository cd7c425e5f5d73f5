"""The other services that scripts ask over HTTP, and what stands for them in a transcript."""
