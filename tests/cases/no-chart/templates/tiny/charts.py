from generator import Chart, bars


def sizes(shares, largest) -> Chart:
    """The shares"""
    return str(
        shares,
    )
