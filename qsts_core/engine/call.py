"""One state as machine code that Python calls as it calls its own functions.

In goes a `Tape`; out comes a callable on positional floats, after the object that it is bound to.
Beyond a few hundred operations the interpreter takes longer for each than the processor, and
handing an array to machine code takes longer than a small graph. So the module that `llvm` writes,
for vectors of one number, gets an entry that speaks CPython's own calling convention
(METH_FASTCALL): it takes floats out of their objects and puts the answers into a tuple. Where an
argument is no plain float, or has a name, the sweep answers.

Making a tuple may run Python's collector of cyclic garbage, and with it anybody's finalizer, which
may call this very function. So nothing is kept from one call to the next, both tuples are made
before any number is computed, and no Python code runs after that: it does not matter who else calls
the function meanwhile.
"""

from __future__ import annotations

import ctypes
from types import ModuleType

from qsts_core.engine.llvm import Machine, write_module
from qsts_core.engine.native import compile_module, find_symbols, lower_for_machine
from qsts_core.engine.python import DOCSTRING, Function, name_parameters, sweep_function
from qsts_core.sweep import Tape

__all__ = ["compile_call"]

_TYPE, _NUMBER = 8, 16
"""Where in the object of a float its type and its number are."""

_FASTCALL = 0x80 | 0x02
"""METH_FASTCALL | METH_KEYWORDS: keywords come in too, and are refused as by the other engines."""

_ON_STACK = 512
"""Float64 that may lie on the stack, of which some threads have but 32 KB."""


def compile_call(tape: Tape) -> Function:
    """Return a function of as many floats as there are variables.

    Raises
    ------
    RuntimeError
        If this Python keeps its floats in another way than expected, or nothing can be compiled.

    Examples
    --------
    >>> from qsts_core import Expression
    >>> e = Expression("x/y")
    >>> f = compile_call(e.tape)
    >>> f(None, 1.0, 4.0), f(None, 1.0, 0.0), f(None, 1, 4)
    ((0.25, (0.25, -0.0625)), (inf, (inf, -inf)), (0.25, (0.25, -0.0625)))
    """
    _check_objects()
    source = write_module(lower_for_machine(tape), Machine(lanes=1, packed=True))
    rows = 2 * len(tape.names) + 1
    room = rows + source.scratch
    allocate, release = _STACK if room <= _ON_STACK else _HEAP
    fallback = sweep_function(tape)
    entry = _ENTRY.format(
        count=len(tape.names), arguments=1 + len(tape.names), rows=rows,
        room=allocate.format(room=room, bytes=8 * room), release=release,
        fallback=id(fallback), float_type=id(float), type_offset=_TYPE, number_offset=_NUMBER,
        items_offset=tuple.__basicsize__,
    )  # fmt: skip
    symbols = find_symbols(source.called) | {
        name: ctypes.cast(getattr(ctypes.pythonapi, name), ctypes.c_void_p).value or 0
        for name in _PYTHON
    }
    code = compile_module(source.text + entry, "entry", symbols, level=1)
    # CPython reads the signature from the first line.
    parameters = ", ".join(name_parameters(tape.names))
    documentation = f"gradient({parameters}, /)\n--\n\n{DOCSTRING}"
    method = _Method(b"gradient", code["entry"], _FASTCALL, documentation.encode())
    # What the function needs lives as long as it does, in a module: then it is named after nothing.
    owner = ModuleType("gradient")
    owner.kept = (code, method, fallback)  # type: ignore[attr-defined]
    function: Function = _new_function(ctypes.byref(method), owner, None)
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
    "PyErr_NoMemory", "PyFloat_FromDouble", "PyMem_RawFree", "PyMem_RawMalloc",
    "PyObject_Vectorcall", "PyTuple_New", "Py_DecRef",
)  # fmt: skip

_STACK = "%x = alloca double, i64 {room}\nbr label %take", ""
_HEAP = (
    "%x = call ptr @PyMem_RawMalloc(i64 {bytes})\n"
    "%no_room = icmp eq ptr %x, null\n"
    "br i1 %no_room, label %no_memory, label %take",
    "call void @PyMem_RawFree(ptr %x)",
)
"""How room for the numbers is taken, and how it is given back."""

_ENTRY = """
declare ptr @PyErr_NoMemory()
declare ptr @PyFloat_FromDouble(double)
declare void @PyMem_RawFree(ptr)
declare ptr @PyMem_RawMalloc(i64)
declare ptr @PyObject_Vectorcall(ptr, ptr, i64, ptr)
declare ptr @PyTuple_New(i64)
declare void @Py_DecRef(ptr)

; The first argument is the object that the function is bound to.
define ptr @entry(ptr %self, ptr %arguments, i64 %count, ptr %keywords) nounwind {{
entry:
%numbers = getelementptr ptr, ptr %arguments, i64 1
%counted = icmp eq i64 %count, {arguments}
%positional = icmp eq ptr %keywords, null
%fits = and i1 %counted, %positional
br i1 %fits, label %take, label %other
take:
%i = phi i64 [ 0, %entry ], [ %i1, %next ]
%all = icmp eq i64 %i, {count}
br i1 %all, label %make, label %look
look:
%place = getelementptr ptr, ptr %numbers, i64 %i
%object = load ptr, ptr %place
%type_place = getelementptr i8, ptr %object, i64 {type_offset}
%type = load i64, ptr %type_place
%float = icmp eq i64 %type, {float_type}
br i1 %float, label %next, label %other
next:
%i1 = add i64 %i, 1
br label %take
other:
%fallback = inttoptr i64 {fallback} to ptr
%swept = call ptr @PyObject_Vectorcall(ptr %fallback, ptr %arguments, i64 %count, ptr %keywords)
ret ptr %swept
make:
%answer = call ptr @PyTuple_New(i64 2)
%no_answer = icmp eq ptr %answer, null
br i1 %no_answer, label %fail, label %pair
pair:
%slopes = call ptr @PyTuple_New(i64 {count})
%no_slopes = icmp eq ptr %slopes, null
br i1 %no_slopes, label %undo, label %fill
fill:
%first = getelementptr i8, ptr %answer, i64 {items_offset}
%second = getelementptr ptr, ptr %first, i64 1
store ptr %slopes, ptr %second
%items = getelementptr i8, ptr %slopes, i64 {items_offset}
%done = call i1 @fill(ptr %numbers, ptr %first, ptr %items)
br i1 %done, label %give, label %undo
give:
ret ptr %answer
undo:
call void @Py_DecRef(ptr %answer)
br label %fail
fail:
ret ptr null
}}

; Store the objects of the value and of the derivatives; false where there is no memory for them.
define internal i1 @fill(ptr %numbers, ptr %value_place, ptr %items) noinline nounwind {{
entry:
{room}
take:
%i = phi i64 [ 0, %entry ], [ %i1, %number ]
%all = icmp eq i64 %i, {count}
br i1 %all, label %run, label %number
number:
%place = getelementptr ptr, ptr %numbers, i64 %i
%object = load ptr, ptr %place
%number_place = getelementptr i8, ptr %object, i64 {number_offset}
%taken = load double, ptr %number_place
%xi = getelementptr double, ptr %x, i64 %i
store double %taken, ptr %xi
%i1 = add i64 %i, 1
br label %take
run:
%w = getelementptr double, ptr %x, i64 {rows}
call void @run(ptr %x, ptr %w)
%v = getelementptr double, ptr %x, i64 {count}
%g = getelementptr double, ptr %v, i64 1
%value = load double, ptr %v
%value_object = call ptr @PyFloat_FromDouble(double %value)
%no_value = icmp eq ptr %value_object, null
br i1 %no_value, label %fail, label %first
first:
store ptr %value_object, ptr %value_place
br label %next
next:
%k = phi i64 [ 0, %first ], [ %k1, %put ]
%done = icmp eq i64 %k, {count}
br i1 %done, label %give, label %make
make:
%gk = getelementptr double, ptr %g, i64 %k
%slope = load double, ptr %gk
%made = call ptr @PyFloat_FromDouble(double %slope)
%no_float = icmp eq ptr %made, null
br i1 %no_float, label %fail, label %put
put:
%item_place = getelementptr ptr, ptr %items, i64 %k
store ptr %made, ptr %item_place
%k1 = add i64 %k, 1
br label %next
give:
{release}
ret i1 true
no_memory:
%null = call ptr @PyErr_NoMemory()
ret i1 false
fail:
{release}
ret i1 false
}}
"""
