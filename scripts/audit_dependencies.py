"""Whether a package we stand on has a known hole: asks pip-audit, and never keeps anybody waiting for a network.

A known hole fails, with the version that mends it. Where the index says nothing about vulnerabilities, cannot be
reached, or takes too long, the check is skipped, loudly: it must not stop work that has nothing to do with it.
"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

SECONDS = 90.0
COMMAND = (
    *(sys.executable, "-m", "pip_audit", "--progress-spinner", "off", "--timeout", "8"),
    *("--skip-editable", "--format", "json"),
)
#: Holes that do not concern us, by their number: why, and until when we look again. Empty is how it should be.
ACCEPTED: Mapping[str, str] = {}


@dataclass(frozen=True)
class Verdict:
    """What came of it. `holes`: a line for each; `skipped`: why nothing can be said, empty when something can."""

    checked: int = 0
    unknown: int = 0
    holes: tuple[str, ...] = ()
    skipped: str = ""


def asked(command: Sequence[str] = COMMAND, seconds: float = SECONDS) -> Verdict:
    """Runs the audit in a process group of its own, which is ended when its time is up."""
    try:
        child = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
        )
    except OSError as error:
        return Verdict(skipped=f"pip-audit 没有装好（{type(error).__name__}）")
    try:
        said, complaint = child.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        os.killpg(child.pid, signal.SIGKILL)
        child.communicate()
        return Verdict(skipped=f"{seconds:.0f} 秒内没有查完")
    return judged(said, complaint)


def judged(said: str, complaint: str = "") -> Verdict:
    """What the audit's JSON says; without any, why."""
    try:
        found: list[dict[str, Any]] = json.loads(said)["dependencies"]
    except (ValueError, KeyError, TypeError):
        last = complaint.strip().splitlines()[-1:] or ["没有输出"]
        return Verdict(skipped=f"漏洞库连不上：{last[0][:200]}")
    checked = [one for one in found if "skip_reason" not in one]
    if not checked:
        return Verdict(unknown=len(found), skipped="软件源里没有漏洞信息")
    holes = tuple(
        f"{one['name']} {one['version']}：{hole['id']}，修好的版本 {'、'.join(hole['fix_versions']) or '还没有'}"
        for one in checked
        for hole in one["vulns"]
        if hole["id"] not in ACCEPTED and not set(hole.get("aliases", ())) & set(ACCEPTED)
    )
    return Verdict(len(checked), len(found) - len(checked), holes)


def main() -> int:
    """0 unless a hole is known."""
    verdict = asked()
    if verdict.skipped:
        print(f"!!! 跳过依赖漏洞检查：{verdict.skipped}。能上外网的机器上请再跑一次 make audit。", file=sys.stderr)
        return 0
    for hole in verdict.holes:
        print(f"有已知漏洞：{hole}", file=sys.stderr)
    more = f"，另有 {verdict.unknown} 个查不到" if verdict.unknown else ""
    print(f"依赖漏洞检查：查了 {verdict.checked} 个包{more}，{len(verdict.holes)} 个漏洞。")
    return 1 if verdict.holes else 0


if __name__ == "__main__":
    sys.exit(main())
