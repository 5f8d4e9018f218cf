"""The text as the place finder reads it: simplified, half width, without spaces, each character with its position."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

#: Traditional characters that occur in names of places, and the simplified ones, in pairs.
_PAIRS: Final = (
    "廣广東东龍龙門门陽阳陰阴寧宁蘭兰縣县區区臺台灣湾雲云貴贵慶庆漢汉濟济連连島岛遼辽滬沪烏乌魯鲁齊齐爾尔賀贺豐丰樂乐"
    "麗丽紅红緑绿綿绵資资遂遂達达瀘泸涼凉義义興兴鎮镇鄉乡莊庄陝陕華华錦锦鐵铁嶺岭長长閩闽贛赣湯汤溫温澤泽淨净鹽盐城城"
    "衛卫輝辉鄭郑許许頂顶駐驻馬马麥麦黃黄鶴鹤雞鸡寶宝鳳凤榆榆鹹咸涇泾銅铜銀银吳吴隴陇萬万開开會会劍剑閣阁蒼苍廬庐巢巢"
    "滁滁無无蕪芜舊旧徐徐鹿鹿揚扬鎮镇蘇苏錫锡張张掖掖酒酒後后贊赞滄沧邊边牆墙關关懷怀術术瓊琼儋儋廈厦門门潯浔潯浔榮荣成成"
    "萊莱蓬蓬濰潍淄淄棗枣臨临沂沂棲栖徳德聊聊濱滨荷荷邯邯鄲郸瀋沈撫抚營营盤盘葫葫蘆芦潛潜壽寿響响積积禮礼羅罗荊荆襄襄縉缙岡冈隨随"
    "懸悬隸隶衡衡婁娄獅狮騰腾尋寻師师勐勐瀾澜滄沧靈灵岷岷隴陇蠡蠡鄒邹曇昙國国省省鄖郧邳邳贛赣滎荥嘗尝盧卢氏氏濮濮潁颍渦涡碭砀銜衔鄧邓"
)
SIMPLIFIED: Final = {old: new for old, new in zip(_PAIRS[::2], _PAIRS[1::2], strict=True) if old != new}


@dataclass(frozen=True, slots=True)
class Text:
    """The cleaned characters and, for each, where it stood."""

    chars: str
    at: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Positions in the text as it was sent, of cleaned characters `start` up to `end`."""
        return self.at[start], self.at[end - 1] + 1


@lru_cache(maxsize=4096)
def _clean(char: str) -> str:
    if "！" <= char <= "～":
        char = chr(ord(char) - 0xFEE0)
    return SIMPLIFIED.get(char, char.lower() if char.isascii() else char)


def read(text: str) -> Text:
    """Clean a text. Spaces between Chinese characters go; one stays between Latin words."""
    chars: list[str] = []
    at: list[int] = []
    for position, char in enumerate(text):
        if char.isspace():
            before_latin = bool(chars) and chars[-1].isascii() and chars[-1].isalnum()
            if before_latin and text[position + 1 : position + 2].isascii():
                chars.append(" ")
                at.append(position)
            continue
        chars.append(_clean(char))
        at.append(position)
    return Text("".join(chars), tuple(at))
