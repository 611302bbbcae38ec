"""What a server said for one name and type, held against what a record set says."""

from __future__ import annotations

from dataclasses import dataclass

from signpost.model import Json
from signpost.model.record_set import RecordSet
from signpost.plan.room import SHOWN_VALUES

# Of a multivalue name's record sets, an answer has at most so many (Route 53 Developer Guide,
# "Multivalue answer routing").
MULTIVALUE_ANSWERS = 8


@dataclass(frozen=True)
class Answer:
    """What a server said for one name and type; `planned` has all answers that there may be."""

    planned: RecordSet
    values: tuple[str, ...]

    def is_of(self, record: RecordSet) -> bool:
        """Whether it is what the record set says: of several answers, those that fit into one."""
        possible = [value.lower().removesuffix(".") for value in record.values]
        if record.multivalue:
            enough = min(len(possible), MULTIVALUE_ANSWERS)
            return len(self.values) >= enough and set(self.values) <= set(possible)
        return self.values == tuple(sorted(possible))

    def is_older(self, old: RecordSet | None) -> bool:
        """Whether it may be from before the change, wholly or, of several answers, in part."""
        if not self.values or (old and (old.alias or self.is_of(old))):
            return True  # what an ALIAS answered is not known
        known = {*self.planned.values, *(old.values if old else ())}
        return self.planned.multivalue and set(self.values) <= known

    def to_json(self) -> Json:
        """For the receipt: the first values, and how many more there were."""
        told = {
            "name": self.planned.name,
            "type": self.planned.type,
            "values": list(self.values[:SHOWN_VALUES]),
        }
        more = len(self.values[SHOWN_VALUES:])
        return {**told, "more": more} if more else told
