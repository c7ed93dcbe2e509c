"""The entry of the app: run it with `streamlit run app.py`, or `qsts app`."""

import streamlit as st

from qsts_core import files
from qsts_core.lenses import backward, duplicates

# A file of our own: Streamlit would fetch an emoji or a symbol from another host.
st.set_page_config(
    page_title="qsts",
    page_icon=str(files.asset("icon.svg")),
    layout="wide",
    menu_items={"About": "**qsts** – watch reverse-mode automatic differentiation happen."},
)
st.html(files.asset("page.css"))
PAGES = [
    st.Page(backward.show, title="Backward pass", url_path="backward", default=True),
    st.Page(duplicates.show, title="Duplicates", url_path="duplicates"),
]
st.navigation(PAGES, position="top").run()
