"""The rows of one file beside the ledger: who is known, what is new, what is blank there, what differs."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any, Final

from matching.taxonomy import regions
from models import intake as intake_table
from models import organisation, veteran
from models.base import Session
from models.intake import Import, LedgerChange, LedgerConflict
from models.scope import Scope
from models.sealed import Keyring
from models.veteran import Preference, PreferenceChange, Veteran
from services import veterans
from services.intake import ledger_words, towns
from services.intake.cells.text import key
from services.intake.people import Person
from services.intake.results import RowResult, field_name, finding
from services.runtime import Runtime

SOURCE: Final = "import"
CONFLICT_DIGEST: Final = "ledger_conflict"
_SEALED: Final = ("name", "phone", "id_number", "household")
_OWN_COLUMNS: Final = frozenset({"gender", "birth_year", "location"})


class Clerk:
    """Enters the rows of one file into the ledger."""

    def __init__(self, session: Session, rt: Runtime, noted: Import, scope: Scope) -> None:
        self._session = session
        self._scope = scope
        self._keyring: Keyring = rt.keyring
        self._import = noted
        self._home = regions.get(rt.office.region)
        self._nodes = towns.stations_by_name(session)
        county = organisation.county_node(session)
        self._county = county.id if county else None
        self._record = 0
        self._new: list[tuple[Veteran, Person]] = []
        self.filled = 0
        self.unchanged = 0

    def enter(self, results: list[RowResult]) -> list[RowResult]:
        """All good rows; the results with what was found on comparing them with the ledger."""
        good = [result.extra["person"] for result in results if result.status == "ok"]
        self._by_id = self._known("id_number", [person.id_number for person in good])
        self._by_name = self._known("name", [person.name for person in good])
        entered = [self._entered(result) if result.status == "ok" else result for result in results]
        # Numbered all at once: one by one, a sheet held the one writer's place of SQLite several times as long.
        self._session.flush()
        for row, person in self._new:
            self._add_beside(row, person)
        return entered

    def _known(self, name: str, values: list[str | None]) -> dict[str, list[Veteran]]:
        digests = [one for value in values if value for one in self._keyring.digests(f"veteran.{name}", value)]
        return intake_table.veterans_by_digest(self._session, f"{name}_digest", digests)

    def _entered(self, result: RowResult) -> RowResult:
        person: Person = result.extra["person"]
        self._record = result.record
        rows = self._matching(person)
        if len(rows) > 1:
            self._conflict(None, "identity", None, json.dumps([person.name, person.phone], ensure_ascii=False))
            return replace(result, findings=(*result.findings, finding("person_unclear", "")))
        noted = []
        if not person.town or key(person.town) not in self._nodes:
            noted = [finding("town_unknown", "", person.town)] if person.town else []
        if not rows:
            self._add(person)
            return replace(result, findings=(*result.findings, *noted))
        if not self._scope.covers(rows[0].node_id):
            return replace(result, findings=(*result.findings, finding("person_elsewhere", "")))
        conflicts = self._compare(rows[0], person)
        if conflicts:
            noted.append(finding("person_conflict", "", "、".join(field_name(name) for name in conflicts)))
        return replace(result, findings=(*result.findings, *noted))

    def _matching(self, person: Person) -> list[Veteran]:
        """The ledger rows this can be: by identity number, else by name and phone."""
        if person.id_number:
            found = self._found(self._by_id, "id_number", person.id_number)
            if found:
                return found
        if not (person.name and person.phone):
            return []
        phones = self._keyring.digests("veteran.phone", person.phone)
        return [row for row in self._found(self._by_name, "name", person.name) if row.phone_digest in phones]

    def _found(self, known: dict[str, list[Veteran]], name: str, value: str) -> list[Veteran]:
        return [row for digest in self._keyring.digests(f"veteran.{name}", value) for row in known.get(digest, ())]

    def _add(self, person: Person) -> None:
        now = self._import.at
        row = Veteran(
            kind=person.kind,
            in_ledger=True,
            node_id=self._node(person.town),
            gender=person.gender,
            birth_on=person.born,
            village=person.village,
            discharged_on=person.discharged,
            jobless_on=person.jobless,
            created_at=now,
        )
        for name in _SEALED:
            self._seal(row, name, getattr(person, name))
        self._session.add(row)
        self._new.append((row, person))

    def _add_beside(self, row: Veteran, person: Person) -> None:
        """What carries the number of a new row."""
        profile = person.profile
        if self._home is not None and profile.location is None:
            profile = replace(profile, location=(self._home,))
        self._session.add(Preference(veteran_id=row.id, profile=profile.to_json(), updated_at=self._import.at))
        if person.written:
            self._session.add(ledger_words.sealed(self._keyring, row.id, person.written))
        self._log(row.id, "row", None, None)

    def _compare(self, row: Veteran, person: Person) -> list[str]:
        """Fills what is blank, raises what differs; the names of the fields that differ."""
        filled: list[str] = []
        differing: list[str] = []
        for name, old, new in self._pairs(row, person):
            if new in (None, "", [], ()) or old == new:
                continue
            if old in (None, "", []):
                filled.append(name)
                self._log(row.id, name, None, _text(new))
            else:
                differing.append(name)
                self._conflict(row.id, name, _text(old), _text(new))
        self._fill(row, person, filled)
        self.filled += bool(filled)
        self.unchanged += not filled and not differing
        return differing

    def _pairs(self, row: Veteran, person: Person) -> list[tuple[str, Any, Any]]:
        """Field, what the ledger holds, what the file says."""
        kept = veteran.preference_of(self._session, row.id)
        profile: Mapping[str, Any] = kept.profile if kept else {}
        told = {name: value for name, value in person.profile.to_json().items() if name not in _OWN_COLUMNS}
        words = self._words(row.id)
        node = self._node(person.town) if person.town and key(person.town) in self._nodes else None
        return [
            *((name, self._open(row, name), getattr(person, name)) for name in _SEALED),
            ("gender", row.gender, person.gender),
            ("birth", row.birth_on, _same_precision(person.born, row.birth_on)),
            ("village", row.village, person.village),
            ("discharged", row.discharged_on, _same_precision(person.discharged, row.discharged_on)),
            ("jobless", row.jobless_on, _same_precision(person.jobless, row.jobless_on)),
            ("town", row.node_id, node),
            *((name, _unordered(profile.get(name)), _unordered(value)) for name, value in told.items()),
            *((f"{name}_words", words.get(name), text) for name, text in person.written.items()),
        ]

    def _fill(self, row: Veteran, person: Person, filled: list[str]) -> None:
        for name in _SEALED:
            if name in filled:
                self._seal(row, name, getattr(person, name))
        row.gender = person.gender if "gender" in filled else row.gender
        row.birth_on = person.born if "birth" in filled else row.birth_on
        row.village = person.village if "village" in filled else row.village
        row.discharged_on = person.discharged if "discharged" in filled else row.discharged_on
        row.jobless_on = person.jobless if "jobless" in filled else row.jobless_on
        row.node_id = self._node(person.town) if "town" in filled else row.node_id
        told = person.profile.to_json()
        slots = [name for name in filled if name in told and name not in _OWN_COLUMNS]
        if slots:
            self._fill_profile(row.id, {name: told[name] for name in slots})
        if words := [name for name in filled if name.endswith("_words")]:
            fresh = {name: person.written[name.removesuffix("_words")] for name in words}
            ledger_words.write_words(
                self._session,
                self._keyring,
                row.id,
                {name.removesuffix("_words"): text for name, text in fresh.items()},
            )

    def _fill_profile(self, veteran_id: int, values: dict[str, Any]) -> None:
        now = self._import.at
        kept = veteran.preference_of(self._session, veteran_id)
        if kept is None:
            kept = Preference(veteran_id=veteran_id, profile={}, updated_at=now, revision=0)
            self._session.add(kept)
        kept.profile = {**kept.profile, **values}
        kept.revision, kept.updated_at = (kept.revision or 0) + 1, now
        for name, value in values.items():
            self._session.add(
                PreferenceChange(
                    veteran_id=veteran_id, at=now, slot=name, new=value, source=SOURCE, who=self._import.who
                )
            )

    def _node(self, town: str) -> int | None:
        return self._nodes.get(key(town), self._county)

    def _seal(self, row: Veteran, name: str, value: str | None) -> None:
        if value and name == "phone":
            veterans.keep_phone(self._keyring, row, value)
        elif value:
            setattr(row, f"{name}_sealed", self._keyring.seal(f"veteran.{name}", value))
            setattr(row, f"{name}_digest", self._keyring.digest(f"veteran.{name}", value))

    def _open(self, row: Veteran, name: str) -> str | None:
        sealed: bytes | None = getattr(row, f"{name}_sealed")
        return self._keyring.open(f"veteran.{name}", sealed) if sealed else None

    def _words(self, veteran_id: int) -> dict[str, str]:
        kept = intake_table.words_of(self._session, veteran_id)
        return ledger_words.open_words(self._keyring, kept)

    def _log(self, veteran_id: int, name: str, old: str | None, new: str | None) -> None:
        column = f"ledger_change.{name}"
        self._session.add(
            LedgerChange(
                veteran_id=veteran_id,
                import_id=self._import.id,
                at=self._import.at,
                who=self._import.who,
                field=name,
                old_sealed=None if old is None else self._keyring.seal(column, old),
                new_sealed=None if new is None else self._keyring.seal(column, new),
            )
        )

    def _conflict(self, veteran_id: int | None, name: str, kept: str | None, offered: str) -> None:
        raised = (CONFLICT_DIGEST, f"{veteran_id}|{name}|{offered}")
        if intake_table.conflict_known(self._session, self._keyring.digests(*raised)):
            return
        column = f"ledger_conflict.{name}"
        self._session.add(
            LedgerConflict(
                veteran_id=veteran_id,
                import_id=self._import.id,
                record=self._record,
                field=name,
                digest=self._keyring.digest(*raised),
                kept_sealed=None if kept is None else self._keyring.seal(column, kept),
                offered_sealed=self._keyring.seal(column, offered),
                at=self._import.at,
            )
        )


def _same_precision(new: date | None, old: date | None) -> date | None:
    """A month alone (kept as its first day) agrees with any day of that month."""
    if new and old and new.day == 1 and (new.year, new.month) == (old.year, old.month):
        return old
    return new


def _unordered(value: Any) -> Any:
    return sorted(value) if isinstance(value, list) else value


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
