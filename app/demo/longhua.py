"""Longhua's real names, codes and published figures, and its approximate position."""

from typing import Any

# Degrees WGS-84: the approximate position and size of the district (175 km2); not surveyed.
SOUTH, WEST, NORTH, EAST = 22.600, 113.980, 22.770, 114.071
DISTRICT = ("440309", "龙华区", "Longhua District")
# Code, name, English, column and row (from the south-west) in a grid of 2 x 3.
SUBDISTRICTS = (
    ("440309001", "观湖街道", "Guanhu", 1, 1),
    ("440309002", "民治街道", "Minzhi", 1, 0),
    ("440309003", "龙华街道", "Longhua", 0, 0),
    ("440309004", "大浪街道", "Dalang", 0, 1),
    ("440309005", "福城街道", "Fucheng", 0, 2),
    ("440309006", "观澜街道", "Guanlan", 1, 2),
)
# Published: km2, people, of them registered there (2017 notice; 民治社区 without the last).
FIGURES: dict[str, dict[str, Any]] = {
    "民乐社区": {"km2": 3.3, "people": 64904, "registered": 14717},
    "民泰社区": {"km2": 3.9, "people": 30198, "registered": 8243},
    "白石龙社区": {"km2": 1.46, "people": 42879, "registered": 3026},
    "民治社区": {"km2": 2.095, "people": 51500, "buildings": 1258},
}
MINZHI = (
    "民乐社区",
    "民治社区",
    "白石龙社区",
    "民泰社区",
    "民强社区",
    "民新社区",
    "北站社区",
    "上芬社区",
    "樟坑社区",
    "大岭社区",
    "龙塘社区",
    "新牛社区",
)
