BREAK     ' error: no-loop
