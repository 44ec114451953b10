"""What does a living city look like in a terminal?"""

from datetime import datetime

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from osos.cli.demo_world import Progress as Filled
from osos.headend import HeadEndStatus
from osos.quantities import to_local


def filling_bar(console: Console) -> Progress:
    """The back-fill as a bar, on standard error."""
    return Progress(
        TextColumn("[progress.description]{task.description}"),
        BarColumn(bar_width=None),
        TextColumn("{task.completed:,.0f}/{task.total:,.0f}"),
        TimeElapsedColumn(),
        console=console,
        transient=True,
    )


def turkish(number: int) -> str:
    """Thousands by points, as they are written in Turkey.

    >>> turkish(1234567)
    '1.234.567'
    """
    return f"{number:,}".replace(",", ".")


def living_table(now: datetime, speed: float, status: HeadEndStatus, filled: Filled, modems: int) -> Table:
    """One look at the city: Turkish first, English beside it."""
    table = Table(title=f"OSOS · {to_local(now):%d.%m.%Y %H:%M} · ×{speed:g}", title_justify="left")
    table.add_column("", style="bold")
    table.add_column("", style="dim")
    table.add_column("", justify="right")
    waiting = filled.expected - filled.stored
    rows = (
        ("Bağlı modem", "modems connected", f"{turkish(status.sessions)} / {turkish(modems)}"),
        ("Gelen çerçeve", "frames received", turkish(status.frames)),
        ("Saklanan endeks değeri", "register readings stored", turkish(status.readings)),
        ("Saklanan profil kaydı", "profile records stored", turkish(status.intervals)),
        (
            "Çeyrek saat, son günler",
            "quarter hours, past days",
            f"{turkish(filled.stored)} / {turkish(filled.expected)}",
        ),
        ("Eksik çeyrek saat", "quarter hours missing", turkish(waiting)),
        ("Açık boşluk", "open gaps", "–" if status.open_gaps is None else turkish(status.open_gaps)),
        ("Merkezin soruları", "requests answered", f"{turkish(status.answered)} / {turkish(status.asked)}"),
        ("Çekiş, son günler", "import, past days", f"{turkish(filled.energy_wh // 1000)} kWh"),
        ("Veritabanı", "store", status.store),
    )
    for row in rows:
        table.add_row(*row)
    return table
