"""How weights travel: as text, with a unit."""


def parse(text: str) -> float:
    return float(text.removesuffix(" kg"))


def serialize(value: float) -> str:
    return f"{value} kg"
