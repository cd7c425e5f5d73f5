"""The resolved program to Python code objects: tree → IR → `ast` → code, with no program text anywhere."""
