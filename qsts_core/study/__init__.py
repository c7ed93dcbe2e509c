"""Studies of one formula: what it costs, and how that grows.

In goes a text, out come numbers as plain frozen values; nothing here draws. Whatever takes long
is an iterator whose every item is a complete result so far, so that it can be watched and
stopped.
"""
