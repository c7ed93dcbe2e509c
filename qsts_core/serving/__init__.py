"""The server, with what a room full of people needs.

============= =============================================================================
gate          what is answered before Streamlit sees it: foreign pages, uploads, one visitor
              too many; and headers for every answer
compression   what never changes is compressed once, and kept
front         Streamlit's first page, told where its server is and what it will need
collecting    how often the garbage of cycles is looked for
descriptors   how many connections the system allows
start         the app as one server, with Streamlit's own settings
============= =============================================================================

All but `sessions`, `collecting` and `start` are plain ASGI (https://asgi.readthedocs.io) and
know nothing of Streamlit.
"""
