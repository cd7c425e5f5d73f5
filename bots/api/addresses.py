"""Where things are found, for scripts that tell programs of them."""


def task_address(task_id: str) -> str:
    """The path of a task."""
    return f"/api/v1/tasks/{task_id}"
