"""The page on the post: its statements, what became of each, and one click to where it is seen."""

from __future__ import annotations

from html import escape

import streamlit as st

from qsts_core import files
from qsts_core.glossary import GLOSSARY
from qsts_core.study.post import ADDRESS, STATEMENTS, WORDS, Statement, told

__all__ = ["TITLE", "link_to_post", "show"]

TITLE = "The post"

CLAIMS = {"right": "✓", "wrong": "✗", "left open": "?", "measured": "≈"}
"""The sign of each claim; the word stands beside it."""

LENSES = {
    "backward": "the backward pass",
    "duplicates": "the three graphs",
    "cost": "its cost",
    "descent": "the descent",
}


def show() -> None:
    """Show the page."""
    st.html(files.asset("post.css"))
    st.html(
        '<div class="qsts-post"><p>This project descends from '
        f'<a href="{ADDRESS}">a post</a> on two programs: <b>prsr</b> parses a formula into a tree '
        "and then threads it, so that each variable is one node; <b>qsts</b> makes every node "
        "once, from the start. Here are its statements, in its order and in our words. Each opens "
        "the app where it can be seen.</p>"
        f"<ol>{''.join(map(_statement, STATEMENTS))}</ol>"
        f"<h2>Its words, and ours</h2>{_words()}"
        f"<h2>The words of the screen</h2>{_glossary()}</div>"
    )


def _statement(statement: Statement) -> str:
    place = statement.place
    return (
        f'<li id="{statement.key}" data-claim="{statement.claim}"><div>'
        f'<a href="{escape(place.address)}" data-statement="{statement.key}" '
        f'title="opens {LENSES[place.lens]} of {escape(place.formula)}">'
        f"{escape(statement.says)}</a></div>"
        f'<div><b><span aria-hidden="true">{CLAIMS[statement.claim]}</span> {statement.claim}</b> '
        f"{escape(told(statement.key))}</div></li>"
    )


def _words() -> str:
    rows = "".join(
        f'<tr><th scope="row">{escape(word.theirs)}</th><td>{escape(word.ours)}</td></tr>'
        for word in WORDS
    )
    head = '<tr><th scope="col">there</th><th scope="col">here</th></tr>'
    return f"<table><thead>{head}</thead><tbody>{rows}</tbody></table>"


def _glossary() -> str:
    rows = "".join(
        f'<tr><th scope="row">{escape(word.name)}</th><td>{escape(word.meaning)}</td></tr>'
        for word in GLOSSARY
    )
    return f"<table><tbody>{rows}</tbody></table>"


def link_to_post(label: str) -> None:
    """Show a link to this page; what the session has measured stays."""
    st.page_link(st.Page(show, title=TITLE, url_path="post"), label=label)
