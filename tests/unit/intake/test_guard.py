"""What may not be said, in many wordings, and the honest sentences that sound alike."""

import pytest

from services.intake.guard import objections

REFUSED = {
    "illegal_fee": [
        "入职须交押金500元",
        "交培训费3800",
        "收取服装费200元",
        "需缴纳保证金1000",
        "工装押金300，离职退还",
        "报名费50元",
        "先交体检费再面试",
        "培训费自理",
        "办证费用从工资中扣：办证费300",
        "中介费500元/人",
        "入职需购买设备后上岗：先购买设备",
        "可办理培训贷款，先学后付学费贷款",
        "学费可分期，毕业包分配",
        "服装费自付",
        "需预交材料费100元",
        "抵押身份证",
        "收身份证原件",
        "每人缴纳会员费",
        "岗前培训费 980 元",
        "建档费20",
    ],
    "suspicious": [
        "刷单兼职，日结",
        "日入上千",
        "月入3万，无需经验",
        "缅北高薪客服",
        "柬埔寨打字员",
        "足不出户日赚500",
        "手机就能赚钱",
        "收购银行卡",
        "男公关，日结3000",
        "夜场服务生",
        "境外客服，包机票出境",
        "轻松月入过万",
        "代孕",
        "网络博彩推广",
        "不看身份证，直接上岗",
        "日薪2000起",
        "跑分，银行卡出租",
        "发展下线拿提成",
    ],
    "exaggerated": ["高薪诚聘", "收入上不封顶", "月入过万不是梦", "百分百录用", "高薪保底", "零风险"],
    "watermark": ["详情见www.example.com", "扫码进群领红包：扫码关注", "58同城同步招聘", "转发朋友圈有奖"],
    "contact_in_text": [
        "加微信abc12345",
        "vx:laobing88",
        "QQ12345678",
        "电话一三九零零零零零零零一",
        "1-3-9-0-0-0-0-0-0-0-1",
        "有意者私聊微信",
        "详询13900000001",
    ],
    "discriminatory_text": [
        "限已婚",
        "已婚已育优先",
        "未婚",
        "近三年无生育计划",
        "五官端正，形象气质佳",
        "河南人勿扰",
        "非乙肝携带者",
        "仅限本地人",
        "汉族优先",
        "孕妇勿投",
        "女士免谈",
        "属相不冲",
        "不要东北人",
    ],
}
HONEST = [
    "不收任何费用，谨防诈骗",
    "不收押金",
    "无押金，无中介费",
    "免费培训，免费提供工作服",
    "培训费由公司承担",
    "公司承担体检费",
    "体检费入职后报销",
    "公司缴纳五险一金",
    "按规定缴纳社会保险费",
    "包吃住，水电费平摊",
    "停车收费员，负责收取停车费",
    "物业费催缴",
    "话费补贴100元，交通费补贴",
    "高温费、过节费",
    "月薪4500-6000元",
    "综合工资6000左右",
    "年终奖一个月工资",
    "防范刷单诈骗宣传员",
    "反诈宣传",
    "缅甸语翻译",
    "本店非夜场",
    "退役军人优先",
    "限男性，身高170cm以上",
    "身体健康，无犯罪记录",
    "持健康证上岗",
    "不限民族、婚育不限",
    "男女不限",
    "三班倒，月休四天",
    "本科及以上学历，会计专业",
    "江油户籍",
    "需自备电动车",
    "能吃苦耐劳，服从安排",
    "无不良嗜好",
    "党员优先",
    "管理人员，负责费用核算",
    "负责保证金退还业务的会计",
    "日薪200元，日结",
    "夜班补贴每天20元",
    "试用期一个月",
    "C1驾照，三年以上驾龄",
    "收银员，会用电脑",
    "有纹身者政审不通过",
    "乘务员，负责验票收费",
    "招100人",
]


@pytest.mark.parametrize(("code", "text"), [(code, text) for code, texts in REFUSED.items() for text in texts])
def test_what_may_not_stand_is_found(code: str, text: str) -> None:
    assert code in [found.code for found in objections([text])]


@pytest.mark.parametrize("text", HONEST)
def test_honest_sentences_pass(text: str) -> None:
    assert objections([text]) == []


def test_a_promise_in_one_clause_does_not_excuse_another() -> None:
    found = objections(["免费培训，入职交押金300元"])
    assert [(one.code, one.words) for one in found] == [("illegal_fee", "入职交押金300元")]
    assert found[0].refuses
