"""The parts of an LLVM module that are the same for every listing: its loops, and what it calls.

`llvm` fills in the rest. In a tile, `%r` is the table of rows (or, of a single state, its numbers),
`%w` the scratch buffer, `%s` the first state of the vector, `%a` that of the one to prefetch, and
`%t` what is spilled of the vector.
"""

__all__ = ["CALL", "CONSTANT", "DRIVER", "PACKED_DRIVER", "ROWS", "TILE"]

CONSTANT = "@{name} = internal constant {v} splat (double {x}), align 64"

TILE = """define internal void @tile{name}(ptr %r, ptr %w, i64 %first, i64 %n) noinline nounwind {{
entry:
br label %loop
loop:
%i = phi i64 [ 0, %entry ], [ %next, %loop ]
%v = add i64 %first, %i
%s = mul i64 %v, {lanes}
%a = add i64 %s, {ahead}
%d = mul i64 %i, {lanes}
%t = getelementptr double, ptr %w, i64 %d
{body}
%next = add i64 %i, 1
%more = icmp ult i64 %next, %n
br i1 %more, label %loop, label %done
done:
ret void
}}"""

DRIVER = """declare void @qsts_lay(ptr, ptr, i64, i64)
declare void @qsts_prefetch(ptr, i64, i64)
define void @run(ptr %x, i64 %xs, ptr %v, ptr %g, i64 %gs, ptr %r, i64 %n) nounwind {{
entry:
call void @qsts_lay(ptr %r, ptr %x, i64 %xs, i64 {variables})
%rv = getelementptr ptr, ptr %r, i64 {variables}
store ptr %v, ptr %rv
%rg = getelementptr ptr, ptr %r, i64 {first}
call void @qsts_lay(ptr %rg, ptr %g, i64 %gs, i64 {variables})
%w = getelementptr double, ptr %r, i64 {table}
br label %loop
loop:
%i = phi i64 [ 0, %entry ], [ %next, %loop ]
%left = sub i64 %n, %i
%few = icmp ult i64 %left, {vectors}
%count = select i1 %few, i64 %left, i64 {vectors}
{calls}
%next = add i64 %i, %count
%more = icmp ult i64 %next, %n
br i1 %more, label %loop, label %done
done:
ret void
}}"""

PACKED_DRIVER = """define void @run(ptr %r, ptr %w) nounwind {{
%i = add i64 0, 0
%count = add i64 0, 1
{calls}
ret void
}}"""

CALL = "call void @tile{name}(ptr %r, ptr %w, i64 %i, i64 %count)"

ROWS = """declare void @llvm.prefetch.p0(ptr, i32, i32, i32)

define void @qsts_lay(ptr %table, ptr %first, i64 %distance, i64 %n) nounwind {
entry:
%some = icmp ugt i64 %n, 0
br i1 %some, label %loop, label %done
loop:
%i = phi i64 [ 0, %entry ], [ %next, %loop ]
%d = mul i64 %i, %distance
%row = getelementptr double, ptr %first, i64 %d
%place = getelementptr ptr, ptr %table, i64 %i
store ptr %row, ptr %place
%next = add i64 %i, 1
%more = icmp ult i64 %next, %n
br i1 %more, label %loop, label %done
done:
ret void
}

define void @qsts_prefetch(ptr %table, i64 %n, i64 %s) nounwind {
entry:
br label %loop
loop:
%i = phi i64 [ 0, %entry ], [ %next, %loop ]
%place = getelementptr ptr, ptr %table, i64 %i
%row = load ptr, ptr %place
%p = getelementptr double, ptr %row, i64 %s
call void @llvm.prefetch.p0(ptr %p, i32 0, i32 3, i32 1)
%next = add i64 %i, 1
%more = icmp ult i64 %next, %n
br i1 %more, label %loop, label %done
done:
ret void
}"""
"""A module that is the same for all listings, compiled once and optimised.

`qsts_lay` lays the pointers to so many rows into a table; `qsts_prefetch` prefetches the numbers of
so many rows, from state `s` on.
"""
