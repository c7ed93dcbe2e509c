"""How much of the screen the stage has: a projector, a laptop and a phone."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

OpenApp = Callable[..., Page]

SHARES = """() => {
    const height = window.innerHeight;
    const boxOf = (selector) => document.querySelector(selector).getBoundingClientRect();
    const share = (selector) => {
        const box = boxOf(selector);
        return (Math.min(box.bottom, height) - Math.max(box.top, 0)) / height;
    };
    return {
        stage: share('[data-qsts=stage]'),
        picture: share('[data-qsts=stage] .js-plotly-plot'),
        bar: boxOf('.qsts-bar').bottom <= height,
        wide: Math.max(...['html', '.stMain'].map((part) => document.querySelector(part))
            .map((box) => box.scrollWidth - box.clientWidth)),
    };
}"""


@pytest.mark.parametrize(
    ("size", "stage", "picture"),
    [((1440, 900), 0.80, 0.70), ((1024, 768), 0.77, 0.66), ((390, 844), 0.80, 0.42)],
)
def test_the_stage_has_most_of_the_screen(
    new_page: Callable[..., Page],
    open_app: OpenApp,
    size: tuple[int, int],
    stage: float,
    picture: float,
) -> None:
    page = new_page(viewport={"width": size[0], "height": size[1]})
    open_app(page)
    told = f"""() => {{
        const has = ({SHARES})();
        return has.stage >= {stage} && has.picture >= {picture} && has.bar && has.wide <= 0;
    }}"""
    page.wait_for_function(told, timeout=5000)
    if size[0] < 700:  # what stands above on a large screen follows the stage here, and is there
        places = """() => ['[data-qsts=stage]', '.st-key-qsts-values', '[data-qsts=facts]']
            .map((part) => document.querySelector(part).getBoundingClientRect().top)"""
        tops = page.evaluate(places)
        assert tops == sorted(tops)
