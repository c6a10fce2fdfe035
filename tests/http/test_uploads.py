"""Tables are read in whatever encoding a spreadsheet saved them."""

import pytest

from app.web.common.uploads import UnknownEncoding, table_text

SIMPLIFIED = "姓名,手机\r\n欧阳明,174 0999 0001\r\n"
TRADITIONAL = "姓名,手機\r\n歐陽明,174 0999 0001\r\n"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (SIMPLIFIED, "utf-8"),
        (SIMPLIFIED, "utf-8-sig"),
        (SIMPLIFIED, "utf-16"),
        (SIMPLIFIED, "gbk"),
        (SIMPLIFIED, "gb18030"),
        (TRADITIONAL, "big5"),
        (TRADITIONAL, "gb18030"),
        ("name,phone\n", "ascii"),
        ("", "ascii"),
    ],
)
def test_the_text_is_that_of_the_spreadsheet(text: str, encoding: str) -> None:
    assert table_text(text.encode(encoding)) == text


@pytest.mark.parametrize("raw", [b"PK\x03\x04\x00\x00", b"\xff\xfe\x00", b"\xff\xff,\xff"])
def test_a_file_that_is_no_text_is_refused(raw: bytes) -> None:
    with pytest.raises(UnknownEncoding):
        table_text(raw)
