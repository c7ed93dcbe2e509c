"""The entry of the app: run it with `streamlit run app.py`, or `qsts app`."""

import streamlit as st

from qsts_core import files
from qsts_core.lenses import backward

# A file of our own: Streamlit would fetch an emoji or a symbol from another host.
st.set_page_config(
    page_title="qsts",
    page_icon=str(files.asset("icon.svg")),
    layout="wide",
    menu_items={"About": "**qsts** – watch reverse-mode automatic differentiation happen."},
)
st.html(files.asset("page.css"))
backward.show()
