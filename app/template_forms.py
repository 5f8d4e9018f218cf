"""Which template of the account carries which purpose: a small file the operator fills from the console."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from app.settings import SettingsError
from channels.wechat import TemplateForm

SANDBOX_FILE: Final = Path(__file__).resolve().parent / "data" / "sandbox_templates.toml"


@dataclass(frozen=True, slots=True)
class Forms:
    """Template messages and subscription notices by purpose; `lasting`: notices of which one consent is many."""

    templates: dict[str, TemplateForm]
    notices: dict[str, TemplateForm]
    lasting: frozenset[str]


def load(path: Path | None) -> Forms:
    """Reads the file; without one no template is known. Raises SettingsError."""
    if path is None:
        return Forms({}, {}, frozenset())
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        notices = table.get("notice", {})
        lasting = frozenset(purpose for purpose, row in notices.items() if row.get("long"))
        return Forms(_forms(table.get("template", {})), _forms(notices), lasting)
    except (OSError, tomllib.TOMLDecodeError, KeyError, TypeError, AttributeError) as error:
        raise SettingsError(
            f"读不了模板表 {path}（LAOBING_WECHAT_TEMPLATES）：请照 {SANDBOX_FILE.name} 的样子填写。"
        ) from error


def _forms(table: dict[str, Any]) -> dict[str, TemplateForm]:
    return {purpose: TemplateForm(str(row["id"]), dict(row["fields"])) for purpose, row in table.items()}
