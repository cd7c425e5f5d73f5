RESUME     ' error: resume
