TALK "x"     ' noqa: unused
