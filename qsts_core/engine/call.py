"""One state as machine code that Python calls as it calls its own functions.

In goes a `Tape`; out comes a callable on positional floats. Beyond a few hundred operations the
interpreter takes longer for each than the processor, and handing an array to machine code takes
longer than a small graph. So the module that `llvm` writes, for vectors of one number, gets an
entry that speaks CPython's own calling convention (METH_FASTCALL): it takes floats out of their
objects and puts the answers into a tuple. Where an argument is no plain float, the sweep answers.
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

_FASTCALL = 0x80


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
    _check_floats()
    listing = reorder(lower(tape, variables, lambda row: bool(row.llvm or row.c)))
    source = write_module(listing, Machine(lanes=1, packed=True))
    fallback = sweep_function(tape, variables)
    entry = _ENTRY.format(
        count=len(variables), rows=2 * len(variables) + 1, scratch=max(1, source.scratch),
        fallback=id(fallback), float_type=id(float), type_offset=_TYPE, number_offset=_NUMBER,
    )  # fmt: skip
    symbols = find_symbols(source.called) | {
        name: ctypes.cast(getattr(ctypes.pythonapi, name), ctypes.c_void_p).value or 0
        for name in _PYTHON
    }
    code = compile_module(source.text + entry, "entry", symbols, care=1)
    method = _Method(b"gradient", code["entry"], _FASTCALL, None)
    function: Function = _new_function(ctypes.byref(method), (code, method, fallback), None)
    return function


def _check_floats() -> None:
    """Raise where the object of a float does not look as it should."""
    number, address = 1.25, 0
    address = id(number)
    same_type = ctypes.c_void_p.from_address(address + _TYPE).value == id(float)
    same_number = ctypes.c_double.from_address(address + _NUMBER).value == number
    if float.__basicsize__ != _NUMBER + 8 or not (same_type and same_number):
        raise RuntimeError("this Python keeps its floats in another way")


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
    "PyFloat_FromDouble", "PyTuple_New", "PyTuple_SetItem", "PyObject_Vectorcall", "Py_DecRef",
)  # fmt: skip

_ENTRY = """
declare ptr @PyFloat_FromDouble(double)
declare ptr @PyTuple_New(i64)
declare i32 @PyTuple_SetItem(ptr, i64, ptr)
declare ptr @PyObject_Vectorcall(ptr, ptr, i64, ptr)
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
%slopes = call ptr @PyTuple_New(i64 {count})
%none = icmp eq ptr %slopes, null
br i1 %none, label %fail, label %give
give:
%k = phi i64 [ 0, %run ], [ %k1, %put ]
%given = icmp eq i64 %k, {count}
br i1 %given, label %finish, label %make
make:
%gk = getelementptr double, ptr %g, i64 %k
%slope = load double, ptr %gk
%made = call ptr @PyFloat_FromDouble(double %slope)
%failed = icmp eq ptr %made, null
br i1 %failed, label %undo, label %put
put:
%ignored = call i32 @PyTuple_SetItem(ptr %slopes, i64 %k, ptr %made)
%k1 = add i64 %k, 1
br label %give
finish:
%value = load double, ptr %v
%value_object = call ptr @PyFloat_FromDouble(double %value)
%no_value = icmp eq ptr %value_object, null
br i1 %no_value, label %undo, label %pair
pair:
%answer = call ptr @PyTuple_New(i64 2)
%no_answer = icmp eq ptr %answer, null
br i1 %no_answer, label %undo_both, label %fill
fill:
%ignored1 = call i32 @PyTuple_SetItem(ptr %answer, i64 0, ptr %value_object)
%ignored2 = call i32 @PyTuple_SetItem(ptr %answer, i64 1, ptr %slopes)
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
"""
