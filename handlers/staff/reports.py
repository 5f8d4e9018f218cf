"""报表: the figures of a month or quarter, the rows behind each, their pictures, and the files for the office."""

from typing import Any, Final
from urllib.parse import quote

from flask import Response, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from handlers.current import runtime, whole
from handlers.staff.guard import READERS, actor, may_open, page
from services import charts, figure_rows, figures, periods, report_files, stations
from services.figures import BY_NAME, FIGURES
from services.periods import Period

#: How the figures stand on the page: a heading, and the names under it.
PARTS: Final = {
    "人": ("ledger", "registered", "fresh", "willing", "contacted"),
    "从推荐到上岗": ("matched", "referred", "placed", "due30", "kept30", "due90", "kept90", "followed_up"),
    "诉求": ("opened", "settled"),
    "岗位和推送": ("posted", "places", "hiring", "broadcast", "delivered", "told"),
}
#: A picture is a file of its own, whose style is inside; nothing else is let through.
PICTURE_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
_SHOWN: Final = ("referred", "placed", "settled")


@page("/reports", roles=READERS)
def reports() -> ResponseReturnValue:
    """The figures of a period, the running month at first; ?period=2026-Q4&station=3."""
    period, node_id = _asked()
    found = figures.report(runtime(), actor(), period, node_id)
    return render_template(
        "staff/reports.html",
        found=found,
        parts={title: [one for one in found.values if one.figure.name in names] for title, names in PARTS.items()},
        by_station=[BY_NAME[name] for name in report_files.BY_STATION],
        amount=report_files.amount,
        state=report_files.state_of(found),
        address=_address(period, node_id),
        **_choices(node_id),
    )


@page("/reports/rows/<figure_name>", roles=READERS, names=True)
def report_rows(figure_name: str) -> ResponseReturnValue:
    """The rows behind one figure, and how it went over the months."""
    period, node_id = _asked()
    after = request.args.get("after", 0, whole)
    found = figure_rows.rows(runtime(), actor(), figure_name, period, node_id=node_id, after=after)
    targets = [_opens(line.target) for line in found.lines]
    address = _address(period, node_id)
    return render_template(
        "staff/report_rows.html",
        found=found,
        lines=list(zip(found.lines, targets, strict=True)),
        address=address,
        first_page=url_for("staff.report_rows", figure_name=figure_name, **address),
        next_page=url_for("staff.report_rows", figure_name=figure_name, after=found.after, **address)
        if found.after
        else None,
        is_first=after == 0,
        **_choices(node_id),
    )


@page("/reports/chart/<figure_name>", roles=READERS)
def report_chart(figure_name: str) -> ResponseReturnValue:
    """One figure over the months or quarters; "stations": how many of each station's people were heard of."""
    period, node_id = _asked()
    if figure_name == "stations":
        return _picture(_stations(period, node_id))
    one, found = figures.figure(figure_name), figures.trend(runtime(), actor(), figure_name, period, node_id)
    title = f"{one.title}（{one.unit}）"
    labels = [each.label.removesuffix("季度") for each, _ in found]
    return _picture(charts.columns(title, labels, [(one.title, [amount for _, amount in found])]))


def _stations(period: Period, node_id: int | None) -> bytes:
    found = figures.report(runtime(), actor(), period, node_id)
    lines = [one for one in found.stations if one.counts["ledger"]]
    shares = [round(100 * one.counts["fresh"] / one.counts["ledger"], 1) for one in lines]
    labels = [
        f"{one.name.removesuffix('退役军人服务站')} {one.counts['fresh']}/{one.counts['ledger']}" for one in lines
    ]
    return charts.bars(f"{period.label}：有音信的人占台账的百分之几", labels, [("有音信", shares)])


@page("/reports/file/<file_kind>", roles=READERS)
def report_file(file_kind: str) -> ResponseReturnValue:
    """The report as Word or Excel, with who took it out and when on every page; on the record."""
    if file_kind not in report_files.MIMETYPES:
        abort(404)
    period, node_id = _asked()
    data = report_files.file(runtime(), actor(), file_kind, period, node_id)
    name = quote(f"就业服务情况-{period.label}.{file_kind}")
    headers = {"Content-Disposition": f"attachment; filename=report-{period.name}.{file_kind}; filename*=UTF-8''{name}"}
    return Response(data, mimetype=report_files.MIMETYPES[file_kind], headers=headers)


def _asked() -> tuple[Period, int | None]:
    name = request.args.get("period", "")
    period = periods.named(name) if name else periods.month_of(runtime().today())
    return period, request.args.get("station", None, whole)


def _address(period: Period, node_id: int | None) -> dict[str, Any]:
    return {"period": period.name} | ({"station": node_id} if node_id is not None else {})


def _choices(node_id: int | None) -> dict[str, Any]:
    listed = stations.within(runtime(), actor().scope)
    return {"periods": periods.latest(runtime().today()), "stations": listed, "node_id": node_id, "trends": _SHOWN}


def _opens(target: tuple[str, str] | None) -> str | None:
    """The page of a thing, if the role may open it."""
    if target is None or not may_open(actor().role, f"staff.{target[0]}"):
        return None
    variable = {"case": "case_number", "posting": "posting_code"}.get(target[0], f"{target[0]}_id")
    return url_for(f"staff.{target[0]}", **{variable: target[1]})  # type: ignore[arg-type]


def _picture(svg: bytes) -> Response:
    return Response(svg, mimetype="image/svg+xml", headers={"Content-Security-Policy": PICTURE_POLICY})


assert {name for names in PARTS.values() for name in names} == {one.name for one in FIGURES}
