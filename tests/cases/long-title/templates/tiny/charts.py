from generator import Chart, bars


def sizes(shares, largest) -> Chart:
    """The shares"""
    return bars(
        shares.set_index("name")["value"],
        title=f"The largest share of all the shares in this table is {largest}",
        subtitle="Share, percent",
        alt=f"Bars of shares, the largest {largest}.",
    )
