"""The words of a message no rule accounted for, so that staff can teach synonyms; nothing personal among them."""

from typing import Final

from bot.nlu.gates import Pattern
from bot.nlu.intents import Finding
from bot.nlu.reading import Reading

_MOST: Final = 8
_FILLER: Final = Pattern(
    r"(?:我们?|俺们?|咱们?|你们?|您|他们?|她|它|自己|这种|那种|这样|那样|这边|那边|这|那|哪|的|了|着|过|是|在|有|没|不|也|都|就|还|又|再|很|太|真|最|更|和|跟|与|或者?|但|因为|所以|如果|的话|一个|一下|一点|一些|个|吧|吗|呢|啊|呀|嘛|哈|哦|嗯|呗|啦|咯|嘞|噢|唉|想|要|能|会|可以|可|给|把|被|让|叫|到|去|来|从|对|为|上|下|里|外|前|后|中|大|小|多|少|好|行|成|什么|怎么|咋|啥|几|谁|现在|目前|以前|今年|时候|人|年|月|天|岁|号|点|些|次|请|谢谢|麻烦|帮|找|干|做|当|工作|活儿?|岗位|觉得|应该|只|才|刚|已经|一直|反正|希望|主|家|说|看|问|用|得|地|之|其|而|且|及|等)+"
)
_RUN: Final = Pattern(r"[\u4e00-\u9fff]{2,8}")


def is_filler(words: str) -> bool:
    """Whether these words say nothing by themselves: taught a meaning, they would be read everywhere."""
    return _FILLER.fullmatch(words) is not None


def left_over(reading: Reading, found: list[Finding]) -> tuple[str, ...]:
    """Runs of Chinese characters that are neither read nor filler; at most eight."""
    if reading.asked in ("name", "phone"):
        return ()
    chars = list(reading.text)
    for start, end in reading.spans:
        chars[start:end] = "," * (end - start)
    rest = "".join(chars)
    for one in found:
        for words in one.words.split("…"):
            if len(words) > 1:
                rest = rest.replace(words, ",")
    if not _RUN.search(rest):
        return ()
    return tuple(dict.fromkeys(_RUN.findall(_FILLER.sub(",", rest))))[:_MOST]
