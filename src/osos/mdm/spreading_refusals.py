"""Why can a piece of batch work not be spread, or not go on, and what now?"""

_SHOWN = 200  # characters of a part


class CannotSpread(RuntimeError):
    """Work that was to be spread was not, or broke off; in Turkish (`tr`) and in English (`str`)."""

    def __init__(self, tr: str, en: str) -> None:
        super().__init__(en)
        self.tr = tr


class NoSuchSpread(CannotSpread):
    """What was asked for is no way to spread work."""

    def __init__(self, text: str) -> None:
        known = "threads[:N], processes[:N], tcp://HOST:PORT"
        super().__init__(
            f"{text!r} böyle bir dağıtım yolu değil; yazılabilecekler: {known}",
            f"{text!r} is no way to spread work; write {known}",
        )


class DaskMissing(CannotSpread):
    """Dask, or its part for schedulers of other machines, is not installed."""

    def __init__(self, package: str) -> None:
        named = package.partition(".")[0]
        # the extra holds what one machine needs
        how = 'pip install "osos[batch]"' if named == "dask" else f'pip install "osos[batch]" {named}'
        super().__init__(
            f"{named} kurulu değil: {how} ile kurun ya da dağıtmadan çalıştırın",
            f"{named} is not installed: add it with {how}, or run plainly",
        )


class SchedulerUnreachable(CannotSpread):
    """Nobody answers at the scheduler's address, or nobody works there."""

    def __init__(self, address: str, why: str) -> None:
        super().__init__(
            f"Dask dağıtıcısına ulaşılamadı: {address} ({why}); çalıştığını ve adresini denetleyin, "
            "hiçbir şey değişmedi",
            f"no Dask scheduler works at {address} ({why}); see that it runs there; nothing was changed",
        )


class StoreNotShared(CannotSpread):
    """Workers of other machines cannot open a file of this one."""

    def __init__(self, address: str) -> None:
        super().__init__(
            f"{address} başka bir makinede, SQLite dosyası ise yalnız burada: threads ya da processes yazın, "
            "veya PostgreSQL kullanın",
            f"{address} is another machine, and the SQLite file is on this one only: write threads or "
            "processes, or keep the store in PostgreSQL",
        )


class WorkerLost(CannotSpread):
    """A worker ended before its part did."""

    def __init__(self, why: str) -> None:
        super().__init__(
            f"bir işçi süreç işini bitirmeden kapandı ({why}); yazılmış olanlar duruyor, komut "
            "yinelenebilir; bellek yetmiyorsa daha az işçi verin",
            f"a worker ended before its work did ({why}); what was written stands, the command may be "
            "repeated; give fewer workers if memory ran out",
        )


class PartFailed(CannotSpread):
    """An errand failed at a worker; `trace` says where."""

    def __init__(self, *, part: str, kind: str, words: str, trace: str) -> None:
        shown = part if len(part) <= _SHOWN else f"{part[:_SHOWN]}…"
        super().__init__(
            f"bir parça yapılamadı: {kind}: {words} ({shown}); yazılmış olanlar duruyor, yarım bir şey yok, "
            "komut yinelenebilir",
            f"a part failed: {kind}: {words} ({shown}); what was written stands, nothing is half written, "
            "the command may be repeated",
        )
        self.kind, self.trace = kind, trace
