"""Values and gradients fast: one state by generated Python, many states in blocks or machine code.

================ ==================================================================================
dialects         what each engine writes for an operation
algebra          nodes being made, each as simple as is known
lowering         a graph and its local derivatives as one flat list, which all engines write out
schedule         an order in which few values wait
python           one state: straight-line Python, the sweep's numbers to the last bit
blocks           many states with numpy, in blocks that fit the cache
llvm, native     many states as machine code (the extra `native`)
skeleton         what is the same in the text of every module
call             one state as machine code
javascript       the table as a module for the sweep in the browser
choice           the table of engines, and the rule by which "auto" takes one
one, batch       what `Expression.function` and `Expression.batch` do
arrays           arrays that begin where a cache line does
================ ==================================================================================

`Expression.batch` is a pure function of an array, so what runs functions on the pieces of an array
runs it where one machine is not enough; name the engine, and all pieces have the same last bits.
With Dask (the extra `dask`), row 0 the value and the others the gradient:

>>> import dask.array as da
>>> import numpy as np
>>> from qsts_core import Expression
>>> e = Expression("x*y + sin(x)")
>>> states = da.ones((2, 10_000), chunks=(2, 1_000))  # or from files, larger than memory
>>> def run(piece):
...     values, gradient = e.batch(piece, "numpy", threads=1)
...     return np.vstack([values, gradient])
>>> rows = ((1 + len(e.variables),), states.chunks[1])
>>> answer = da.map_blocks(run, states, chunks=rows, meta=np.empty((0, 0)))
>>> answer[:, -1].compute().round(3).tolist()
[1.841, 1.54, 1.0]
"""
