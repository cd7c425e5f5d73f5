"""Calls from outside that scripts answer."""
