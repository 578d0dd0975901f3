"""The power of bikes that measure none, or measure it wrong: reckoned through each bike's own table. No Kivy.

A table is kept in the cache by the sensor's URL, in the form of :mod:`drivers.power_table`, so that one that was made
at the command line is as good as one that was ridden here.
"""

from __future__ import annotations

from console.settings import Store
from drivers.estimated import PowerEstimator
from drivers.power_table import PowerTable
from drivers.sample import Sample

BY_RULE = PowerTable()


class OwnPower:
    """``add`` every Sample of a bike; ``keep`` a table that was made for it."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._estimators: dict[str, PowerEstimator] = {}

    def add(self, kind: str, sample: Sample) -> Sample:
        """The Sample, with the power that its cadence and resistance cost where it is a bike's."""
        return self._estimator(sample.source).add(sample) if kind == "bike" else sample

    def table(self, url: str) -> PowerTable:
        """The table of the bike at ``url``: the common rule, while none was made for it."""
        return self._estimator(url).table

    def keep(self, url: str, table: PowerTable) -> None:
        """Use this table from now on; the common rule stands for none."""
        self._store.set_setting(_key(url), None if table == BY_RULE else table.to_json())
        self._estimator(url).table = table

    def _estimator(self, url: str) -> PowerEstimator:
        if url not in self._estimators:
            self._estimators[url] = PowerEstimator(self._kept(url))
        return self._estimators[url]

    def _kept(self, url: str) -> PowerTable:
        kept = self._store.setting(_key(url))
        try:
            return PowerTable.from_json(kept) if kept else BY_RULE
        except ValueError:  # what cannot be read is worth no more than the rule
            return BY_RULE


def _key(url: str) -> str:
    return f"console.power_table {url}"
