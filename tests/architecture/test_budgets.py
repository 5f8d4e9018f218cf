"""Size budgets of CONTRIBUTING: what is too long to read in one sitting fails."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("app", "bot", "channels", "handlers", "matching", "models", "sandbox", "services")
YARDS = ("bench", "tests")
FILE_LINES = 400
FUNCTION_LINES = 60
PARAMETERS = 6


def sources(rooms: tuple[str, ...] = ROOMS) -> Iterator[Path]:
    for room in rooms:
        yield from sorted((ROOT / room).rglob("*.py"))


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    yield from (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def lines_of(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of a function without its docstring."""
    total = (function.end_lineno or 0) - function.lineno + 1
    first = function.body[0]
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str):
        total -= (first.end_lineno or 0) - first.lineno + 1
    return total


def positional(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    names = [argument.arg for argument in (*function.args.posonlyargs, *function.args.args)]
    return len(names) - (names[:1] in (["self"], ["cls"]))


def test_files_are_short() -> None:
    long = [
        f"{path.relative_to(ROOT)}: {count}"
        for path in sources(ROOMS + YARDS)
        if (count := len(path.read_text(encoding="utf-8").splitlines())) > FILE_LINES
    ]
    assert not long, long


def test_functions_are_short() -> None:
    long = [
        f"{path.relative_to(ROOT)}:{function.name}: {lines_of(function)}"
        for path in sources()
        for function in functions(path)
        if lines_of(function) > FUNCTION_LINES
    ]
    assert not long, long


def test_parameters_are_few() -> None:
    many = [
        f"{path.relative_to(ROOT)}:{function.name}: {positional(function)}"
        for path in sources()
        for function in functions(path)
        if positional(function) > PARAMETERS
    ]
    assert not many, many


def test_every_module_says_what_it_is_for() -> None:
    silent = [str(path.relative_to(ROOT)) for path in sources() if not ast.get_docstring(ast.parse(path.read_text()))]
    assert not silent, silent
