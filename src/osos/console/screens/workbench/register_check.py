"""Is the sum of the profile the difference of the registers?

The number must reach nought (40-data): what a profile says between two registers that are known, less what
the registers counted. An estimate that is exact leaves it at nought, an edit by hand may not.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from osos.mdm.canonical import ROLLS_OVER_AT, CanonicalBlock, Channel, EdgeRegisters, Said, Segment


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """Of one meter and channel, between its first and its last known register of the day."""

    channel: Channel
    meter_id: int
    slots: range
    begun: int  # Wh or varh, as the meter showed them
    ended: int
    profile: int

    @property
    def counted(self) -> int:
        step = self.ended - self.begun
        return step if step >= 0 else step + ROLLS_OVER_AT

    @property
    def difference(self) -> int:
        return self.profile - self.counted


def checks_of(block: CanonicalBlock, said: Said) -> list[Check]:
    """A line a channel and meter; none where fewer than two registers are known."""
    return [
        check
        for segment in block.segments
        for registers in [EdgeRegisters(segment.meter_id, block.day, block.period_min, said, segment.clock)]
        for check in _of_segment(block, segment, registers)
    ]


def _of_segment(block: CanonicalBlock, segment: Segment, registers: EdgeRegisters) -> Iterator[Check]:
    edges = [edge for edge in range(segment.from_slot, segment.until_slot + 1) if registers.known[edge]]
    if len(edges) < 2:
        return
    for row, channel in enumerate(block.channels):
        begun, ended = (registers.index(channel, edge) for edge in (edges[0], edges[-1]))
        if begun is not None and ended is not None:
            yield Check(
                channel=channel,
                meter_id=segment.meter_id,
                slots=range(edges[0], edges[-1]),
                begun=begun,
                ended=ended,
                profile=int(block.energies[row, edges[0] : edges[-1]].sum()),
            )
