"""The side note on how a node is recognised, and how it is not; several lenses open it."""

from __future__ import annotations

from html import escape

import streamlit as st

from qsts_core.notation import plural
from qsts_core.reading.postfix import read
from qsts_core.study.lookups import LookUp, in_order, look_ups

__all__ = ["QUESTION", "show_recognition"]

QUESTION = "How is a node recognised?"

MOST_ROWS = 200
"""How many look-ups the table shows."""


def show_recognition(text: str, key: str) -> None:
    """Show the note, wherever the page opens it, with the look-ups of this formula."""
    st.markdown(
        """
A node is the triple *(operation, left, right)*, with the **indices** of its inputs. Before one is
made it is looked up; if it is there, it is reused.

- **Here** the triples are keys of a hash table: a look-up takes constant time on average, O(1).
- **qsts**, of [the post](post#order), kept them in an ordered set, in lexicographic order: by
  operation, then left, then right. A look-up takes time logarithmic in the number of nodes,
  O(log n).
- **Comparing labels is wrong.** That program compared the *labels* of the children, not the
  children. In `(a+b)*c + (d+e)*c` both products have a child labelled `+` and one labelled `c`:
  it takes them for one, and answers with a wrong gradient. Indices cannot be mistaken.
- **(x+1)*(x+y)** is the same function as (x+y) + x*(x+y), and another graph: sharing finds what is
  *written* alike, not what is equal by algebra.
"""
    )
    _show_look_ups(text, key)


def _show_look_ups(text: str, key: str) -> None:
    program = read(text)
    found = look_ups(program)
    comparisons = sum(each.comparisons for each in found)
    order = st.segmented_control(
        "The unique stack", ["by time", "in order"], default="by time", required=True, key=key
    )
    rows = found if order == "by time" else in_order(found, program)
    st.html(_table(rows[:MOST_ROWS], by_time=order == "by time"))
    more = len(rows) - MOST_ROWS
    st.caption(
        f"By hash: {plural(len(found), 'look-up')}, one step each. As an ordered "
        f"search: {plural(comparisons, 'comparison')} in all, at most "
        f"{max(each.comparisons for each in found)} for one."
        + (f" The table shows {MOST_ROWS} of {len(rows):,}." if more > 0 else "")
    )


def _table(rows: list[LookUp], *, by_time: bool) -> str:
    heads = ["", "triple", "node", "", "compared with"] if by_time else ["triple", "node"]
    cells = [_timed(each) if by_time else [each.triple, each.name] for each in rows]
    # By these the player of the building marks the row of its step.
    marks = [
        f'data-position="{each.position}"' if by_time else f'data-node="{each.node}"'
        for each in rows
    ]
    head = "".join(f'<th scope="col">{name}</th>' for name in heads)
    body = "".join(
        f"<tr {mark}>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>"
        for mark, row in zip(marks, cells, strict=True)
    )
    return (
        '<div class="qsts-lookups" tabindex="0" role="region" aria-label="the unique stack" '
        f'dir="ltr"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'
    )


def _timed(each: LookUp) -> list[str]:
    what = "found" if each.found else "made"
    compared = f"{each.comparisons} of {each.known}"
    return [str(each.position), each.triple, each.name, what, compared]
