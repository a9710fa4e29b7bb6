"""Whether a short Chinese text looks like the name of a person: a surname, and one or two characters that end no noun.

A heading that is taken for a name is merely not repeated in a message; a name that is taken for a heading would be. So
every surname one is likely to meet counts, and only the characters that headings usually end with speak against a name.
"""

from __future__ import annotations

import re

_SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石"
    "金韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向常汤康易乔赖文庞樊殷施洪翟安颜倪牛温芦季俞章鲁葛"
    "伍申尤毕聂焦齐梅庄辛管祝左涂谷祁时舒耿卜路詹关苗凌费纪靳盛童欧甄项曲成游阳裴席卫查屈鲍位覃霍翁隋植甘景薄单包司柏宁柯阮桂闵欧"
    "解强丛车冉蒲鄢桑苟屠蓝佟岳刁乐房娄应饶宫褚巫冀郎鞠池仇党卓邢瞿华全米占麦古宗仲原闻栾苑虞路丰邬岑简牟苗由楚明索花滕连雍敬晏麻"
    "缪柴尚仝臧权喻柳储蔺荣燕衡班封竺慕芮商牧皮卞窦晋奚和居匡国蔚郁井诸籍宓茅邝蓟濮寿通边扈"
)
_COMPOUND = (
    "欧阳",
    "上官",
    "司马",
    "诸葛",
    "东方",
    "皇甫",
    "尉迟",
    "公孙",
    "慕容",
    "令狐",
    "司徒",
    "夏侯",
    "端木",
    "申屠",
)
_HEADING_ENDS = frozenset(
    "额号期间位址量价数名型别类码称度率式态况因果注地区日年时人员据值费款项级件目容用途状表册证照单据"
    "息源告向限距离重积长宽高幅标识字典籍贯业务岗职衔历线路站点段所院校局厅部门科室处县市省镇乡村组户主体权利"
)
_HAN = re.compile("[\u4e00-\u9fff·]+")


def looks_like_a_name(text: str) -> bool:
    """Whether a text could be a Chinese person's name; of two to four characters, spaces between them left out."""
    bare = "".join(text.split())
    if not _HAN.fullmatch(bare) or not 2 <= len(bare) <= 4 or bare[-1] in _HEADING_ENDS:
        return False
    if bare.startswith(_COMPOUND):
        return len(bare) > 2
    return bare[0] in _SURNAMES and (len(bare) < 4 or bare[1] in _SURNAMES)
