"""The figures as pictures: SVG without script and without anything fetched from elsewhere."""

import sys
from collections.abc import Sequence
from typing import Any, Final

import pygal
from pygal.style import Style

# The package puts an import hook for map plugins in everybody's way, of a kind Python warns of and is about to drop.
sys.meta_path[:] = [hook for hook in sys.meta_path if type(hook).__module__ != "pygal"]

_FONT: Final = "PingFang SC, Microsoft YaHei, WenQuanYi Micro Hei, Noto Sans CJK SC, sans-serif"
_STYLE: Final = Style(
    background="white",
    plot_background="white",
    foreground="#333333",
    foreground_strong="#1c1c1c",
    foreground_subtle="#595959",
    colors=("#a3161b", "#1257a8", "#2e7d32", "#8a6100"),
    font_family=_FONT,
    title_font_size=22,
    label_font_size=16,
    major_label_font_size=16,
    value_font_size=15,
    value_label_font_size=15,
    legend_font_size=16,
    no_data_font_size=20,
)
Series = tuple[str, Sequence[float | None]]


def columns(title: str, labels: Sequence[str], series: Sequence[Series]) -> bytes:
    """Upright bars, a group for each label, each with its number."""
    chart = pygal.Bar(height=420, **_same(title))
    chart.x_labels = list(labels)
    chart.x_label_rotation = 30 if len(labels) > 6 else 0
    return _drawn(chart, series)


def bars(title: str, labels: Sequence[str], series: Sequence[Series]) -> bytes:
    """Lying bars, one for each label from the top down: names have room."""
    chart = pygal.HorizontalBar(height=120 + 34 * len(labels), **_same(title))
    chart.x_labels = list(reversed(labels))
    return _drawn(chart, [(name, list(reversed(values))) for name, values in series])


def _same(title: str) -> dict[str, object]:
    return {
        "title": title,
        "style": _STYLE,
        "width": 960,
        "js": (),
        "print_values": True,
        "legend_at_bottom": True,
        "no_data_text": "还没有数字",
        "truncate_label": -1,
        "disable_xml_declaration": True,
        "pretty_print": False,
        "value_formatter": lambda value: f"{value:g}",
        "no_prefix": True,
    }


def _drawn(chart: pygal.graph.graph.Graph, series: Sequence[Series]) -> bytes:
    chart.show_legend = len(series) > 1
    for name, values in series:
        chart.add(name, list(values))
    chart.add_xml_filter(_without_script)
    return str(chart.render()).encode()


def _without_script(root: Any) -> Any:
    """Without its own tooltips, which no page of ours loads, and without comments."""
    for parent in list(root.iter()):
        for child in [one for one in parent if not isinstance(one.tag, str) or one.tag.endswith("script")]:
            parent.remove(child)
    return root
