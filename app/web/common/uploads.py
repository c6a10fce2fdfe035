"""Tables that people upload, in whatever encoding their spreadsheet saved them."""

from codecs import BOM_UTF16_BE, BOM_UTF16_LE

# Excel saves CSV as GB18030 in simplified Chinese and as Big5 in traditional Chinese. Bytes of one
# are often valid in the other, so the first line decides: it has the headings.
OF_EXCEL = ("gb18030", "big5hkscs")
HEADINGS = (
    *("开始", "姓名", "手机", "电话", "名称", "编号", "区域", "组织", "类型", "纬度"),
    *("開始", "手機", "電話", "名稱", "編號", "區域", "組織", "類型", "緯度"),
)


class UnknownEncoding(ValueError):
    """The file is no text in a known encoding, such as a workbook."""


def table_text(raw: bytes) -> str:
    """The text of an uploaded table. Raises UnknownEncoding."""
    marked = raw.startswith((BOM_UTF16_LE, BOM_UTF16_BE))
    found = _tried(raw, "utf-16" if marked else "utf-8-sig")
    if found is not None and "\0" not in found:
        return found
    if marked or b"\0" in raw:
        raise UnknownEncoding
    tried = [text for name in OF_EXCEL if (text := _tried(raw, name)) is not None]
    if not tried:
        raise UnknownEncoding
    with_headings = [text for text in tried if _has_headings(text)]
    return (with_headings or tried)[0]


def _tried(raw: bytes, encoding: str) -> str | None:
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError:
        return None


def _has_headings(text: str) -> bool:
    first = text.partition("\n")[0]
    return any(one in first for one in HEADINGS)
