"""Whole numbers up to 999 in figures, 0 to 99 in Chinese numerals, one to twelve in English."""

ONES = {"零": 0, "〇": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6}
ONES |= {"七": 7, "八": 8, "九": 9}
ENGLISH = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8}
ENGLISH |= {"nine": 9, "ten": 10, "eleven": 11, "twelve": 12}
CHINESE_NUMBER = "(?:[一二三四五六七八九]?十[一二三四五六七八九]?|[一二两三四五六七八九])"
ENGLISH_NUMBER = "(?:" + "|".join(sorted(ENGLISH, key=len, reverse=True)) + ")"
# Nothing of a longer number stands before or after.
NO_NUMBER_BEFORE = r"(?<![\d.:零〇一二两三四五六七八九十百千第])"
NO_NUMBER_AFTER = r"(?![\d零〇一二三四五六七八九十百千])"


def number(written: str) -> int:
    """The value of a number that one of the patterns found; "a" and "an" are 1."""
    if written.isdecimal():
        return int(written)
    if written in ENGLISH:
        return ENGLISH[written]
    if written in ("a", "an"):
        return 1
    tens, ten, ones = written.rpartition("十")
    return (ONES.get(tens, 1) * 10 if ten else 0) + ONES.get(ones, 0)
