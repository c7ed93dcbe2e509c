"""The entry of the app: run it with `streamlit run app.py`, or `qsts app`."""

from functools import partial

import streamlit as st

from qsts_core import files
from qsts_core.draw.colours import css_tokens
from qsts_core.lenses import backward, cost, descent, duplicates, post, why
from qsts_core.lenses.failures import show_safely
from qsts_core.lenses.inputs import ask_for_inputs, keep_address, name_tab

# A file of our own: Streamlit would fetch an emoji or a symbol from another host.
st.set_page_config(
    page_title="qsts",
    page_icon=str(files.asset("icon.svg")),
    layout="wide",
    menu_items={"About": "**qsts** – watch reverse-mode automatic differentiation happen."},
)
st.html(f"<style>{css_tokens()}</style>")
st.html(files.asset("page.css"))
st.html(files.asset("reach.css"))
# The inputs stand here, above every page: a page that is left would take its widgets' state along.
INPUTS = ask_for_inputs()
PAGES = [
    st.Page(partial(show_safely, show, INPUTS, name), title=title, url_path=name, default=first)
    for show, title, name, first in (
        (backward.show, "Backward pass", "backward", True),
        (why.show, "Why", "why", False),
        (duplicates.show, "Duplicates", "duplicates", False),
        (cost.show, "Cost", "cost", False),
        (descent.show, "Descent", "descent", False),
        (lambda _inputs: post.show(), post.TITLE, "post", False),
    )
]
page = st.navigation(PAGES, position="top")
name_tab(INPUTS, page.title)
keep_address(INPUTS, page.url_path)
page.run()
