from generator import Fact, percent


def largest(shares) -> Fact:
    """The largest share."""
    return percent(float("nan"), 0)


def gain(prices) -> Fact:
    """The gain of the tiny fund."""
    return percent(100 * (prices["close"].iloc[-1] / prices["close"].iloc[0] - 1))
