"""How a volunteer travels to a door."""

from enum import StrEnum


class Travel(StrEnum):
    """The means of travel that an offer names."""

    FOOT = "foot"
    BICYCLE = "bicycle"
    CAR = "car"


# What an offer without an answer counts as: conflicts of time were computed by bicycle before
# anybody was asked, so nobody is asked less because of a question that they have not seen. A short
# way counts as walked all the same, see `matching.travel`.
USUAL = Travel.BICYCLE
