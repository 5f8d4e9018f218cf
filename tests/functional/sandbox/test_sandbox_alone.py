"""`python -m sandbox`: the stand-in as a process of its own."""

import json
import os
import re
import subprocess
import sys
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]


def test_it_serves_page_and_api_by_itself() -> None:
    command = [sys.executable, "-m", "sandbox", "--callback", "http://127.0.0.1:9/wechat", "--port", "0"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("LAOBING_")}
    process = subprocess.Popen(
        [*command, "--api-port", "0"], cwd=ROOT, env=environment, stdout=subprocess.PIPE, encoding="utf-8"
    )
    with process:
        try:
            assert process.stdout is not None
            phone, api, fast = (re.findall(r"http://\S+", process.stdout.readline())[0] for _ in range(3))
            with urllib.request.urlopen(phone, timeout=5) as page:
                assert "这是模拟的微信" in page.read().decode()
            for base in (api, fast):
                with urllib.request.urlopen(f"{base}/cgi-bin/menu/get", timeout=5) as answer:
                    assert json.load(answer)["errcode"] == 41001
        finally:
            process.terminate()


def test_a_bad_setting_is_refused_in_one_line() -> None:
    command = [sys.executable, "-m", "sandbox", "--callback", "ftp://nowhere"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", timeout=30, check=False)
    assert done.returncode == 2
    assert "callback_url" in done.stderr and "Traceback" not in done.stderr
