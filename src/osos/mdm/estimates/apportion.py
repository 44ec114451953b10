"""How is a whole number of Wh shared out so that not one is lost?"""

from collections.abc import Sequence


def apportion(total: int, weights: Sequence[int]) -> list[int]:
    """Shares in proportion to the weights that sum up to the total; the largest remainders get the odd Wh.

    Of equal remainders the earlier comes first. Without any weight all share alike.

    >>> apportion(10, [1, 1, 1])
    [4, 3, 3]
    >>> apportion(7, [0, 3, 1])
    [0, 5, 2]
    """
    if total < 0 or any(weight < 0 for weight in weights):
        raise ValueError(f"shares of {total} Wh by {list(weights)}: neither may be below nought")
    if not weights:
        if total:
            raise ValueError(f"{total} Wh and nobody to give them to")
        return []
    parts = list(weights) if any(weights) else [1] * len(weights)
    whole = sum(parts)
    shares = [total * part // whole for part in parts]
    left = total - sum(shares)
    order = sorted(range(len(parts)), key=lambda place: (-(total * parts[place] % whole), place))
    for place in order[:left]:
        shares[place] += 1
    return shares
