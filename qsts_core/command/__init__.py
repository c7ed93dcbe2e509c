"""The command line: words in, a table or JSON out.

========== ========================================================================
words      what was typed → options and operands; what to say when it is neither
formulas   the formula and the values that several commands begin with
output     tables, JSON, and outputs that cannot write every character
grad       `qsts grad`: the value and the gradient
trace      `qsts trace`: every step
cost       `qsts cost`: what each sharing costs
digits     `qsts digits`: how many digits are right, and where they go
why        `qsts why`: why a number is zero, not finite, tiny or huge
check      `qsts check`: every adjoint against differences
app        `qsts app`: the options of the server, and its start
========== ========================================================================
"""
