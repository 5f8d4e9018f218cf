"""What a recorded dialogue may expect of a turn: each check says what is wrong, or nothing."""

import re
from typing import Any

Row = dict[str, Any]

_SHORT = {
    "job_categories": "job",
    "salary_min": "salary",
    "licences": "licence",
    "certificates": "certificate",
    "skills": "skill",
    "shift_wish": "shift",
    "employment_status": "follow_up_status",
}


def wrong_with(line: Row, before: Row, expect: Row) -> list[str]:
    """Every expectation of a turn that does not hold, in words."""
    if "error" in line:
        return [str(line["error"])]
    said = "\n".join([*line["replies"], *(push["text"] for push in line["pushes"])])
    found = [*_words(said, expect), *_slots(line, before, expect), *_rows(line, before, expect)]
    found += _state(line, expect)
    if any(len(text) > 600 for text in [*line["replies"], *(push["text"] for push in line["pushes"])]):
        found.append("a text of more than 600 characters")
    return found


def _words(said: str, expect: Row) -> list[str]:
    found = []
    wanted = expect.get("reply_contains_any")
    if wanted and not any(word in said for word in wanted):
        found.append(f"none of {wanted} in {said!r}")
    found += [f"{word} missing in {said!r}" for word in expect.get("reply_contains_all", ()) if word not in said]
    found += [f"{word} is in {said!r}" for word in expect.get("must_not_contain", ()) if word in said]
    if "must_not_match" in expect and re.search(expect["must_not_match"], said):
        found.append(f"{expect['must_not_match']} found in {said!r}")
    return found


def _place_codes(value: Any) -> Any:
    if isinstance(value, dict):
        return [value["adcode"]]
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return sorted(one["adcode"] for one in value)
    return sorted(value) if isinstance(value, list) else value


def _slots(line: Row, before: Row, expect: Row) -> list[str]:
    slots, found = line["slots"], []
    for name, value in expect.get("slot_equals", {}).items():
        if _place_codes(slots.get(name)) != _place_codes(value):
            found.append(f"{name} = {slots.get(name)!r}, wanted {value!r}")
    for name, words in expect.get("slot_contains", {}).items():
        if not set(words) <= set(slots.get(name) or ()):
            found.append(f"{name} = {slots.get(name)!r}, wanted {words!r} in it")
    for name, words in expect.get("slot_contains_any", {}).items():
        if not set(words) & set(slots.get(name) or ()):
            found.append(f"{name} = {slots.get(name)!r}, wanted one of {words!r}")
    for name, words in expect.get("slot_not_in", {}).items():
        if set(words) & set(slots.get(name) or ()):
            found.append(f"{name} = {slots.get(name)!r}, wanted none of {words!r}")
    found += [f"{name} = {slots[name]!r}" for name in expect.get("slot_absent", ()) if slots.get(name)]
    for name in expect.get("slot_unchanged", ()):
        if slots.get(name) != before.get("slots", {}).get(name):
            found.append(f"{name} changed to {slots.get(name)!r}")
    return found


def _state(line: Row, expect: Row) -> list[str]:
    found = []
    asks = {_SHORT.get(name, name) for name in line["asks"]}
    if "state" in expect and line["state"] not in expect["state"]:
        found.append(f"state {line['state']}, wanted {expect['state']}")
    if "intent" in expect and line["intent"] != expect["intent"]:
        found.append(f"intent {line['intent']}, wanted {expect['intent']}")
    if "next_asks" in expect and not asks & set(expect["next_asks"]):
        found.append(f"asks {sorted(asks)}, wanted {expect['next_asks']}")
    if asks & set(expect.get("must_not_ask", ())):
        found.append(f"asks {sorted(asks)}")
    if expect.get("no_reply") and line["replies"]:
        found.append(f"replied {line['replies']}")
    if "push" in expect and bool(line["pushes"]) != expect["push"]:
        found.append(f"{len(line['pushes'])} pushes")
    if len(line["pushes"]) > expect.get("push_max", 99):
        found.append(f"{len(line['pushes'])} pushes")
    return found


def _rows(line: Row, before: Row, expect: Row) -> list[str]:
    found = [*_matches(line, expect), *_application(line, expect), *_case(line, before, expect)]
    data, about = expect.get("data", {}), line["refers_to"] or {}
    if "stored" in data and bool(line["stored"]) != data["stored"]:
        found.append(f"stored {line['stored']}")
    if "deleted" in data and ("*" in line["deleted"]) != data["deleted"]:
        found.append(f"deleted {line['deleted']}")
    if not set(data.get("deleted_fields", ())) <= set(line["deleted"]):
        found.append(f"deleted {line['deleted']}")
    wanted = expect.get("refers_to_shown")
    if wanted is not None and about.get("posting_id" if isinstance(wanted, str) else "position") != wanted:
        found.append(f"refers to {about}")
    return found


def _matches(line: Row, expect: Row) -> list[str]:
    wanted, shown = expect.get("matches", {}), [one["posting_id"] for one in line["shown"]]
    said = "\n".join([*line["replies"], *(push["text"] for push in line["pushes"])])
    found = []
    if not wanted.get("min", 0) <= len(shown) <= wanted.get("max", 99):
        found.append(f"{len(shown)} shown")
    if not set(wanted.get("must_include", ())) <= set(shown) or set(wanted.get("must_not_include", ())) & set(shown):
        found.append(f"shown {shown}")
    if wanted.get("each_has_reason"):
        found += [f"no reason for {one['posting_id']}" for one in line["shown"] if one["reason"] not in said]
    return found


def _application(line: Row, expect: Row) -> list[str]:
    wanted = expect.get("application")
    if wanted is None:
        return []
    if wanted.get("none"):
        return [f"applications {line['applications']}"] if line["applications"] else []
    mine = [one["status"] for one in line["applications"] if one["posting"] == wanted["posting"]]
    right = wanted.get("status", mine[-1] if mine else None) in mine and wanted.get("count", len(mine)) == len(mine)
    return [] if right else [f"applications {line['applications']}"]


def _case(line: Row, before: Row, expect: Row) -> list[str]:
    wanted, cases = expect.get("case", {}), line["cases"]
    found = []
    if "opened" in wanted and bool(cases) != wanted["opened"]:
        found.append(f"{len(cases)} cases")
    if "kind" in wanted and not any(case["kind"] in wanted["kind"] for case in cases):
        found.append(f"cases {cases}")
    if wanted.get("same_case") and {one["id"] for one in cases} != {one["id"] for one in before.get("cases", ())}:
        found.append(f"cases {before.get('cases')} became {cases}")
    if "status" in wanted and (not cases or cases[-1]["status"] != wanted["status"]):
        found.append(f"cases {cases}")
    return found
