"""What is left for a person to decide?"""

NAME = "by hand"
TOO_MUCH = "what was set by hand is more than the registers counted: nothing is left to put in"


def why(*, has_registers: bool) -> str:
    """Why no method fits, for the one who is asked."""
    known = "the registers at both edges are known" if has_registers else "no register tells the sum"
    return f"no method fits: {known}, and no other day or point can serve as a measure"
