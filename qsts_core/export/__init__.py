"""A trace as a file that somebody else's program opens; the ending of its name says which kind.

In goes a `Trace`; out comes one file, whole or not at all. Every number in it is read from the
run, and every text is quoted as its kind of file quotes texts: neither a formula nor a name ever
becomes markup or code there. One module makes one kind; `kinds.KINDS` lists them.
"""
