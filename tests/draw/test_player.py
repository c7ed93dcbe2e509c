"""What the player receives, and how its modules become one script."""

import json
import posixpath
import re
from typing import Any

import pytest

from qsts_core import Expression, files
from qsts_core.draw.layout import lay_out
from qsts_core.draw.player import MODULES, player_css, player_data, player_javascript

DECLARATION = re.compile(
    r"^(?:export )?(?:default )?(?:async )?(?:function|const|let|class) (\w+)", re.MULTILINE
)

SOURCE_OF_ERF = "https://www.netlib.org/fdlibm/"  # named in a comment


def received(text: str, at: dict[str, float], split: bool | None = None) -> dict[str, Any]:
    expression = Expression(text)
    picture = lay_out(expression.graph, split_constants=split)
    return player_data(expression.trace(at).to_film(), picture, step=3)


def source(name: str) -> str:
    return files.asset(name).read_text(encoding="utf-8")


def beside(module: str, imported: str) -> str:
    """Return the module that another one imports by a path of its own, as `MODULES` has it."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(module), imported))


def test_the_data_are_json_as_they_stand() -> None:
    data = received("log(x) + 1/y", {"x": 0, "y": 0})
    assert json.loads(json.dumps(data, allow_nan=False)) == data


def test_the_data_hold_graph_and_state_and_the_place_to_begin() -> None:
    data = received("(x+y) + x*(x+y)", {"x": 2, "y": 3})
    assert data["start"] == {"step": 3}
    assert len(data["film"]["nodes"]) == 5
    assert data["film"]["at"] == {"x": 2, "y": 3}
    assert len(data["picture"]["marks"]) == 5


def test_the_data_hold_no_result_of_a_run() -> None:
    data = json.dumps(received("x*y + 0.25", {"x": 1234, "y": 8}))
    assert "9872" not in data
    assert "steps" not in json.loads(data)["film"]


def test_only_the_rules_in_use_come_along() -> None:
    rules = received("x*sin(y) - 2", {"x": 2, "y": 3})["rules"]
    assert set(rules) == {"*", "sin", "-"}
    assert [local["text"] for local in rules["*"]["locals"]] == ["b", "a"]


def test_other_values_keep_both_names_and_change_the_version() -> None:
    one, other = received("x*y", {"x": 2, "y": 3}), received("x*y", {"x": 2, "y": 4})
    assert one["names"] == other["names"]
    assert one["version"] != other["version"]
    assert one["version"] == received("x*y", {"x": 2, "y": 3})["version"]


@pytest.mark.parametrize("text", ["x*z", "x+y", "x*y*y", "x*x"])
def test_another_graph_has_another_name(text: str) -> None:
    everywhere = {"x": 2.0, "y": 2.0, "z": 2.0}
    at = {name: everywhere[name] for name in Expression(text).variables}
    one, other = received(text, at)["names"], received("x*y", {"x": 2, "y": 2})["names"]
    assert one["graph"] != other["graph"]
    assert one["picture"] != other["picture"]


def test_another_layout_names_another_picture_of_the_same_graph() -> None:
    one, other = (received("x^2 + y^2", {"x": 2, "y": 3}, split) for split in (False, True))
    assert one["names"]["graph"] == other["names"]["graph"]
    assert one["names"]["picture"] != other["names"]["picture"]


def test_the_script_is_one_module_with_one_default_export() -> None:
    script = player_javascript()
    assert re.findall(r"^import\b.*", script, re.MULTILINE) == []
    assert re.findall(r"^export\b.*", script, re.MULTILINE) == [
        "export default function mount(component) {"
    ]


def test_names_of_the_modules_do_not_collide() -> None:
    names = [name for module in MODULES for name in DECLARATION.findall(source(module))]
    assert sorted(names) == sorted(set(names))


def test_a_module_stands_after_those_it_imports() -> None:
    for index, module in enumerate(MODULES):
        for imported in re.findall(r'from "(\..*?)";', source(module)):
            assert beside(module, imported) in MODULES[:index], f"{module} imports {imported}"


def test_what_a_module_imports_is_exported_there() -> None:
    for module in MODULES:
        for names, imported in re.findall(r'import \{(.*?)\} from "(\..*?)";', source(module)):
            exporting = source(beside(module, imported))
            for name in names.split(","):
                assert re.search(rf"^export .*\b{name.strip()}\b", exporting, re.MULTILINE)


@pytest.mark.parametrize("module", MODULES)
def test_modules_are_short_and_write_text_only_as_text(module: str) -> None:
    text = source(module)
    assert text.count("\n") < 300 or text.startswith("// Written by ")  # a table is one idea
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b", text)


def test_no_module_and_no_style_names_another_host() -> None:
    hosts = set(re.findall(r"https?://[^\s\"')]+", player_javascript() + player_css()))
    assert all(host.startswith(("http://www.w3.org/", SOURCE_OF_ERF)) for host in hosts)
