"""The side note on how a node is recognised, and how it is not; several lenses open it."""

import streamlit as st

__all__ = ["QUESTION", "show_recognition"]

QUESTION = "How is a node recognised?"


def show_recognition() -> None:
    """Show the note, wherever the page opens it."""
    st.markdown(
        """
A node is the triple *(operation, left, right)*, with the **indices** of its inputs. Before one is
made it is looked up; if it is there, it is reused.

- **Here** the triples are keys of a hash table: a look-up takes constant time on average, O(1).
- **The original** kept them in an ordered set (`std::set`), in lexicographic order: by operation,
  then left, then right. A look-up takes time logarithmic in the number of nodes, O(log n).
- **Comparing labels is wrong.** The original compared the *labels* of the children, not the
  children. In `(a+b)*c + (d+e)*c` both products have a child labelled `+` and one labelled `c`:
  it takes them for one, and answers with a wrong gradient. Indices cannot be mistaken.
- **(x+1)*(x+y)** is the same function as (x+y) + x*(x+y), and another graph: sharing finds what is
  *written* alike, not what is equal by algebra.
"""
    )
