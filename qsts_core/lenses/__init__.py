"""The pages of the app, one module each: Streamlit widgets and wiring, no mathematics.

`address` is what the address bar says, `inputs` the formula and the values, `stage` the picture
with its player. Only here and in `app.py` is Streamlit imported.
"""
