"""Amounts of money, and how they travel."""


class Money:
    def __init__(self, cents: int) -> None:
        self.cents = cents

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Money) and self.cents == other.cents

    @classmethod
    def parse(cls, text: str) -> "Money":
        return cls(int(text.replace(".", "")))

    def serialize(self) -> str:
        return f"{self.cents // 100}.{self.cents % 100:02}"
