"""Checks the editable tables of matching/data: what is wrong, in Chinese, for `laobing lexicon`."""

from collections.abc import Iterable, Iterator

from matching.taxonomy import codes
from matching.taxonomy.courses import courses
from matching.taxonomy.tables import table

_FILES = ("codes", "nearness", "licences", "courses", "occupations", "military", "weights")


def check() -> list[str]:
    """Every fault of the tables in one Chinese line each; an empty list when all is well."""
    return [*_heads(), *_nearness(), *_licences(), *_courses(), *_occupations(), *_military()]


def _heads() -> Iterator[str]:
    for name in _FILES:
        for key in ("version",) if name == "codes" else ("version", "source", "licence"):
            if not table(name).get(key):
                yield f"{name}.toml：文件开头缺少 {key}（版本、来源、许可都要写）"


def _unknown(where: str, words: Iterable[str], known: Iterable[str]) -> Iterator[str]:
    allowed = set(known)
    return (f"{where}：“{word}”不在规范词表里" for word in words if word not in allowed)


def _missing(where: str, words: Iterable[str], known: Iterable[str]) -> Iterator[str]:
    there = set(words)
    return (f"{where}：缺少“{word}”" for word in known if word not in there)


def _nearness() -> Iterator[str]:
    rows = table("nearness")["nearness"]
    yield from _unknown("nearness.toml", rows, codes.JOB_CATEGORIES)
    for wanted, offered in rows.items():
        yield from _unknown(f"nearness.toml {wanted}", offered, codes.JOB_CATEGORIES)
        yield from (
            f"nearness.toml {wanted}→{name}：相近程度只能是 1 或 2" for name in offered if offered[name] not in (1, 2)
        )
        if wanted in offered:
            yield f"nearness.toml {wanted}：不要写自己"


def _licences() -> Iterator[str]:
    rows = table("licences")["classes"]
    yield from _unknown("licences.toml", rows, codes.LICENCES)
    yield from _missing("licences.toml", rows, codes.LICENCES)
    for name, row in rows.items():
        yield from _unknown(f"licences.toml {name}", [*row["covers"], *row["from"]], codes.LICENCES)
        for inner in row["covers"]:
            lost = set(rows.get(inner, {}).get("covers", ())) - set(row["covers"])
            yield from (f"licences.toml {name}：包含 {inner}，就也要包含 {one}" for one in sorted(lost))


def _courses() -> Iterator[str]:
    rows = table("courses")["certificates"]
    yield from _unknown("courses.toml", rows, codes.CERTIFICATES)
    yield from _missing("courses.toml", rows, codes.CERTIFICATES)
    for course in courses().values():
        if not 0 < course.days <= 300:
            yield f"courses.toml {course.certificate}：天数应在 1 到 300 之间"


def _occupations() -> Iterator[str]:
    rows = table("occupations")["occupations"]
    yield from _unknown("occupations.toml", rows, codes.JOB_CATEGORIES)
    yield from _missing("occupations.toml", rows, codes.JOB_CATEGORIES)
    for name, row in rows.items():
        where = f"occupations.toml {name}"
        yield from _unknown(where, row.get("skills", ()), codes.SKILLS)
        yield from _unknown(where, row.get("certificates", ()), codes.CERTIFICATES)
        yield from _unknown(where, row.get("licences", ()), codes.LICENCES)
        if not isinstance(row.get("skilled"), bool):
            yield f"{where}：skilled 要写 true 或 false"


def _military() -> Iterator[str]:
    rows = table("military")["trades"]
    yield from _unknown("military.toml", rows, codes.MILITARY_TRADES)
    yield from _missing("military.toml", rows, codes.MILITARY_TRADES)
    for name, row in rows.items():
        yield from _unknown(f"military.toml {name}", row["skills"], codes.SKILLS)
        yield from _unknown(f"military.toml {name}", row["posts"], codes.JOB_CATEGORIES)
        if not row["posts"]:
            yield f"military.toml {name}：至少要对应一个岗位"
        yield from (
            f"military.toml {name}→{post}：缺少理由" for post, reason in row["posts"].items() if not reason.strip()
        )
