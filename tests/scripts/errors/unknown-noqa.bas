TALK "x"     ' noqa: unusd
