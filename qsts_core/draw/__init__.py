"""Pictures of a graph and of its trace: plain data in, plain data out.

In goes a graph (a sequence of nodes whose inputs are indices) and the plain
form of a trace; out come a layout (`lay_out`), a static plotly figure as a
dictionary (`draw_figure`) and what the player in the browser needs
(`player_data`, `player_javascript`, `player_css`).  Nothing here knows of
Streamlit, and nothing here computes a value or an adjoint.

The libraries that it needs come with the extra `draw`.
"""

from qsts_core.errors import needing

with needing("networkx", "draw", "drawing"):
    import networkx as _networkx  # noqa: F401  # asked for here, so that every module may
