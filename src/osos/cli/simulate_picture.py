"""osos simulate meter --panel terminal: how does a meter look in a terminal?"""

from typing import Any

from rich.columns import Columns
from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

_STYLES = {"on": "bold black on green3", "blink": "bold black on yellow blink", "off": "grey42"}


def drawn(told: dict[str, Any]) -> RenderableType:
    """The same picture the page shows."""
    return Group(_face(told), Columns([_measured(told), _registers(told)]), _acts(told))


def _face(told: dict[str, Any]) -> RenderableType:
    shown, meter = told["display"], told["meter"]
    line = Text(justify="center")
    if shown["menu"] == "sleep":
        line.append("·  ·  ·", style="grey42")
    else:
        line.append(f"{shown['code']:<8}", style="cyan")
        line.append(f"  {shown['text']:>18} ", style="bold white on grey15")
        line.append(f" {shown['unit']} {shown['symbol']}", style="cyan")
    icons = Text(justify="center")
    for name, state in shown["icons"].items():
        icons.append(f" {name} ", style=_STYLES[state])
        icons.append(" ")
    title = f"{meter['device']}  {meter['model']}  {meter['kind']} · {told['time']}"
    bits = ", ".join(map(str, told["state"])) or "-"
    return Panel(Group(line, Text(), icons), title=title, subtitle=f"{shown['menu']} · F.F.0: {bits}")


def _measured(told: dict[str, Any]) -> RenderableType:
    table = Table("", "V", "A", "W", "cos φ")
    for number, phase in enumerate(told["phases"], 1):
        values = (
            f"{phase['volts']:.1f}",
            f"{phase['amperes']:.3f}",
            f"{phase['watts']}",
            f"{phase['cos']:.2f}",
        )
        table.add_row(f"L{number}", *values, style=None if phase["live"] else "grey42")
    return table


def _registers(told: dict[str, Any]) -> RenderableType:
    table = Table("", "kWh / kvarh")
    for code, text in told["registers"].items():
        table.add_row(code, text)
    return table


def _acts(told: dict[str, Any]) -> RenderableType:
    table = Table.grid(padding=(0, 2))
    for when, port, what, argument, done in told["acts"][:6]:
        table.add_row(when, port, what, argument, "" if done else "✗", style=None if done else "red")
    return table
