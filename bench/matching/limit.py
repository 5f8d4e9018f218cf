"""Brute force in C, the limit: compiles brute.c and runs it over the coded columns."""

import ctypes
import subprocess
import tempfile
from pathlib import Path

import numpy as np

from bench.matching.coded import Coded
from matching.catalog import Array

POSTINGS = (
    *("categories", "area", "low", "high", "need", "offer", "takes", "pay", "points", "hukou", "height"),
    "preferred",
)
PEOPLE = ("age", "variant", "lacks", "refused", "wish", "trait", "pay", "where", "hukou", "height", "skills")
TABLES = ("trade", "offer", "takes", "pay", "place")


class _Postings(ctypes.Structure):
    _fields_ = [("n", ctypes.c_int64), *((name, ctypes.c_void_p) for name in POSTINGS)]


class _People(ctypes.Structure):
    _fields_ = [(name, ctypes.c_void_p) for name in PEOPLE]


class _Tables(ctypes.Structure):
    _fields_ = [
        *((name, ctypes.c_void_p) for name in TABLES),
        *((name, ctypes.c_int64) for name in ("categories", "offers", "takers", "pays", "areas")),
    ]


def library() -> ctypes.CDLL:
    """The compiled program."""
    target = Path(tempfile.mkdtemp()) / "brute.so"
    source = Path(__file__).with_name("brute.c")
    command = ["gcc", "-O3", "-march=native", "-shared", "-fPIC", "-o", str(target), str(source)]
    subprocess.run(command, check=True)
    return ctypes.CDLL(str(target))


def rank(coded: Coded, first: int, last: int, k: int, program: ctypes.CDLL) -> tuple[Array, Array]:
    """Posting numbers (of `Coded.posting`; -1 = none) and scores of people first … last - 1, [people, k]."""
    out = np.full((last - first, k), -1, np.int32)
    totals = np.zeros((last - first, k), np.int16)
    postings = _Postings(len(coded.posting["row"]), *(_at(coded.posting[name]) for name in POSTINGS))
    people = _People(*(_at(coded.person[name]) for name in PEOPLE))
    tables = _Tables(*(_at(coded.table[name]) for name in TABLES), *(coded.table[name].shape[1] for name in TABLES))
    numbers = [ctypes.c_int64(number) for number in (first, last, k)]
    program.rank(*(ctypes.byref(one) for one in (postings, people, tables)), *numbers, _at(out), _at(totals))
    return out, totals


def _at(array: Array) -> ctypes.c_void_p:
    assert array.flags.c_contiguous
    return ctypes.c_void_p(array.ctypes.data)
