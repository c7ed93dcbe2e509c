"""One state as machine code that Python calls as it calls its own functions.

In goes a `Tape`; out comes a callable on positional floats. Beyond a few hundred operations the
interpreter takes longer for each than the processor, and handing an array to machine code takes
longer than a small graph. So the module that `llvm` writes, for vectors of one number, gets an
entry that speaks CPython's own calling convention (METH_FASTCALL): it takes floats out of their
objects and puts the answers into a tuple. Where an argument is no plain float, the sweep answers.

Most of the time would go into making and freeing the floats of the gradient. So the function keeps
its last two tuples of derivatives, and writes into one that nobody else holds any more, as CPython
does in `zip`; two, because whoever loops still holds the last one when the next is made.
"""

from __future__ import annotations

import ctypes

from qsts_core.engine.llvm import Machine, write_module
from qsts_core.engine.lowering import lower
from qsts_core.engine.native import compile_module, find_symbols
from qsts_core.engine.python import Function, sweep_function
from qsts_core.engine.schedule import reorder
from qsts_core.sweep import Tape

__all__ = ["compile_call"]

_TYPE, _NUMBER = 8, 16
"""Where in the object of a float its type and its number are."""

_PLAIN_TUPLE = 24
"""Bytes of a tuple before its items, where it keeps nothing but its type, counts and length."""

_FASTCALL = 0x80

_ROOM = 32 * 1024
"""Float64 that may lie on the stack; a thread has 512 KB and more."""


def compile_call(tape: Tape, variables: tuple[str, ...]) -> Function:
    """Return a function of as many floats as there are variables.

    Raises
    ------
    RuntimeError
        If this Python keeps its floats in another way than expected, or nothing can be compiled.

    Examples
    --------
    >>> from qsts_core import Expression
    >>> e = Expression("x/y")
    >>> f = compile_call(e.tape, e.variables)
    >>> f(1.0, 4.0), f(1.0, 0.0), f(1, 4)
    ((0.25, (0.25, -0.0625)), (inf, (inf, -inf)), (0.25, (0.25, -0.0625)))
    """
    _check_objects()
    listing = reorder(lower(tape, variables, lambda row: bool(row.llvm or row.c)))
    source = write_module(listing, Machine(lanes=1, packed=True))
    rows = 2 * len(variables) + 1
    if rows + source.scratch > _ROOM:
        raise RuntimeError("the graph needs more room than the stack of a thread surely has")
    fallback = sweep_function(tape, variables)
    entry = _ENTRY.format(
        count=len(variables), rows=rows, scratch=max(1, source.scratch),
        fallback=id(fallback), float_type=id(float), type_offset=_TYPE, number_offset=_NUMBER,
        items_offset=tuple.__basicsize__,
        # Later Pythons keep the hash of a tuple in it, which must not outlive its items.
        may_write_over=str(tuple.__basicsize__ == _PLAIN_TUPLE).lower(),
    )  # fmt: skip
    symbols = find_symbols(source.called) | {
        name: ctypes.cast(getattr(ctypes.pythonapi, name), ctypes.c_void_p).value or 0
        for name in _PYTHON
    }
    code = compile_module(source.text + entry, "entry", symbols, care=1)
    method = _Method(b"gradient", code["entry"], _FASTCALL, None)
    # What the function is bound to: it keeps alive what it needs, and holds the spare tuples.
    bound = (None, None, code, method, fallback)
    function: Function = _new_function(ctypes.byref(method), bound, None)
    return function


def _check_objects() -> None:
    """Raise where the object of a float or of a tuple does not look as it should."""
    number = 1.25
    pair = (None, number)
    same_type = _pointer_at(id(number) + _TYPE) == id(float)
    same_number = ctypes.c_double.from_address(id(number) + _NUMBER).value == number
    if float.__basicsize__ != _NUMBER + 8 or not (same_type and same_number):
        raise RuntimeError("this Python keeps its floats in another way")
    if _pointer_at(id(pair) + tuple.__basicsize__ + 8) != id(number):
        raise RuntimeError("this Python keeps its tuples in another way")


def _pointer_at(address: int) -> int | None:
    return ctypes.c_void_p.from_address(address).value


class _Method(ctypes.Structure):
    """CPython's PyMethodDef."""

    _fields_ = (
        ("name", ctypes.c_char_p),
        ("function", ctypes.c_void_p),
        ("flags", ctypes.c_int),
        ("doc", ctypes.c_char_p),
    )


_new_function = ctypes.PYFUNCTYPE(
    ctypes.py_object, ctypes.POINTER(_Method), ctypes.py_object, ctypes.c_void_p
)(("PyCFunction_NewEx", ctypes.pythonapi))

_PYTHON = (
    "PyFloat_FromDouble", "PyTuple_New", "PyObject_Vectorcall", "Py_IncRef", "Py_DecRef",
)  # fmt: skip

_ENTRY = """
declare ptr @PyFloat_FromDouble(double)
declare ptr @PyTuple_New(i64)
declare ptr @PyObject_Vectorcall(ptr, ptr, i64, ptr)
declare void @Py_IncRef(ptr)
declare void @Py_DecRef(ptr)

define ptr @entry(ptr %self, ptr %arguments, i64 %count) nounwind {{
entry:
%x = alloca double, i64 {rows}
%w = alloca double, i64 {scratch}
%fits = icmp eq i64 %count, {count}
br i1 %fits, label %take, label %other
take:
%i = phi i64 [ 0, %entry ], [ %i1, %number ]
%all = icmp eq i64 %i, {count}
br i1 %all, label %run, label %look
look:
%place = getelementptr ptr, ptr %arguments, i64 %i
%object = load ptr, ptr %place
%type_place = getelementptr i8, ptr %object, i64 {type_offset}
%type = load i64, ptr %type_place
%float = icmp eq i64 %type, {float_type}
br i1 %float, label %number, label %other
number:
%number_place = getelementptr i8, ptr %object, i64 {number_offset}
%taken = load double, ptr %number_place
%xi = getelementptr double, ptr %x, i64 %i
store double %taken, ptr %xi
%i1 = add i64 %i, 1
br label %take
other:
%fallback = inttoptr i64 {fallback} to ptr
%swept = call ptr @PyObject_Vectorcall(ptr %fallback, ptr %arguments, i64 %count, ptr null)
ret ptr %swept
run:
call void @run(ptr %x, ptr %w)
%v = getelementptr double, ptr %x, i64 {count}
%g = getelementptr double, ptr %v, i64 1
%slopes = call ptr @slopes(ptr %self, ptr %g)
%no_slopes = icmp eq ptr %slopes, null
br i1 %no_slopes, label %fail, label %make
make:
%value = load double, ptr %v
%value_object = call ptr @PyFloat_FromDouble(double %value)
%no_value = icmp eq ptr %value_object, null
br i1 %no_value, label %undo, label %pair
pair:
%answer = call ptr @PyTuple_New(i64 2)
%no_answer = icmp eq ptr %answer, null
br i1 %no_answer, label %undo_both, label %fill
fill:
%first = getelementptr i8, ptr %answer, i64 {items_offset}
store ptr %value_object, ptr %first
%second = getelementptr ptr, ptr %first, i64 1
store ptr %slopes, ptr %second
ret ptr %answer
undo_both:
call void @Py_DecRef(ptr %value_object)
br label %undo
undo:
call void @Py_DecRef(ptr %slopes)
br label %fail
fail:
ret ptr null
}}

; A tuple of the numbers in %g: a spare one if nobody else holds it, else a new one.
define internal ptr @slopes(ptr %self, ptr %g) noinline nounwind {{
entry:
%spare_place = getelementptr i8, ptr %self, i64 {items_offset}
%other_place = getelementptr ptr, ptr %spare_place, i64 1
%spare = load ptr, ptr %spare_place
%other = load ptr, ptr %other_place
%spare_count = load i32, ptr %spare
%spare_free = icmp eq i32 %spare_count, 1
%spare_alone = and i1 %spare_free, {may_write_over}
br i1 %spare_alone, label %write, label %try_other
try_other:
%other_count = load i32, ptr %other
%other_free = icmp eq i32 %other_count, 1
%other_alone = and i1 %other_free, {may_write_over}
br i1 %other_alone, label %write, label %new
new:
%made_tuple = call ptr @PyTuple_New(i64 {count})
%no_tuple = icmp eq ptr %made_tuple, null
br i1 %no_tuple, label %fail, label %keep
keep:
call void @Py_DecRef(ptr %other)
store ptr %spare, ptr %other_place
store ptr %made_tuple, ptr %spare_place
br label %write
write:
%tuple = phi ptr [ %spare, %entry ], [ %other, %try_other ], [ %made_tuple, %keep ]
%items = getelementptr i8, ptr %tuple, i64 {items_offset}
br label %next
next:
%k = phi i64 [ 0, %write ], [ %k1, %written ]
%done = icmp eq i64 %k, {count}
br i1 %done, label %give, label %see
see:
%gk = getelementptr double, ptr %g, i64 %k
%slope = load double, ptr %gk
%item_place = getelementptr ptr, ptr %items, i64 %k
%item = load ptr, ptr %item_place
%nothing = icmp eq ptr %item, null
br i1 %nothing, label %make, label %ask
ask:
%item_count = load i32, ptr %item
%item_alone = icmp eq i32 %item_count, 1
br i1 %item_alone, label %overwrite, label %make
overwrite:
%slope_place = getelementptr i8, ptr %item, i64 {number_offset}
store double %slope, ptr %slope_place
br label %written
make:
%made = call ptr @PyFloat_FromDouble(double %slope)
%no_float = icmp eq ptr %made, null
br i1 %no_float, label %fail, label %put
put:
store ptr %made, ptr %item_place
br i1 %nothing, label %written, label %drop
drop:
call void @Py_DecRef(ptr %item)
br label %written
written:
%k1 = add i64 %k, 1
br label %next
give:
call void @Py_IncRef(ptr %tuple)
ret ptr %tuple
fail:
ret ptr null
}}
"""
