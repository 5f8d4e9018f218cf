"""Who may apply: schooling, veterans, hardship, sex and height in many wordings."""

import pytest

from services.intake.cells import conditions

SCHOOLINGS = {
    "初中": ("初中", None),
    "不限": (None, None),
    "高中以上": ("高中", None),
    "高中（中专）及以上": ("高中", None),
    "中专/高中": ("中专", None),
    "大专及以上": ("大专", None),
    "专科": ("大专", None),
    "本科": ("本科", None),
    "大学": ("本科", None),
    "研究生": ("硕士", None),
    "硕士": ("硕士", None),
    "博士": ("硕士", None),
    "初中文化": ("初中", None),
    "小学文化": ("小学", None),
    "识字": ("小学", None),
    "计算机大专": ("大专", None),
    "中专以上": ("中专", None),
    "大专以上学历优先": (None, None),
    "全日制本科": ("本科", None),
    "职高": ("中专", None),
    "技校": ("中专", None),
    "中技": ("中专", None),
    "高职": ("大专", None),
    "大学专科": ("大专", None),
    "大学本科": ("本科", None),
    "学历不限": (None, None),
    "高中及同等学力": ("高中", None),
    "大专，退役军人高中": ("大专", "高中"),
    "大专（退役军人可放宽至高中）": ("大专", "高中"),
    "高中、大专": ("高中", None),
    "初中或高中": ("初中", None),
    "无要求": (None, None),
    "统招大专": ("大专", None),
    "本科/硕士": ("本科", None),
    "初中毕业": ("初中", None),
    "高中及以下": ("高中", None),
    "中学": ("初中", None),
    "小学以上": ("小学", None),
    "大专(含)以上": ("大专", None),
    "专科及以上，法律类专业": ("大专", None),
    "技师": (None, None),
}
VETERANS = {
    "限退役军人": (True, False),
    "退役军人优先": (False, True),
    "退役军人": (True, False),
    "仅限退役军人": (True, False),
    "面向退役军人招聘": (True, False),
    "退伍军人优先考虑": (False, True),
    "优先录用退役军人": (False, True),
    "同等条件下退役军人优先": (False, True),
    "汽车兵优先": (False, True),
    "退役军官优先": (False, True),
    "退役军人家属优先": (False, False),
    "军属优先": (False, False),
    "退役军人及家属优先": (False, True),
    "退役军人、高校毕业生优先": (False, True),
    "党员、退役军人优先": (False, True),
    "退役军人专岗": (True, False),
    "定向招聘退役士兵": (True, False),
    "退役士兵30周岁": (False, False),
    "退役军人可放宽到36周岁": (False, False),
    "复员转业军人优先": (False, True),
    "有部队经历优先": (False, True),
    "有当兵经历者优先": (False, True),
    "现役军人家属": (False, False),
    "退役军人或其家属优先，高中以上": (False, True),
    "需退伍军人": (True, False),
    "要求退役军人": (True, False),
    "必须是退役军人": (True, False),
    "退役军人身份": (True, False),
    "退役军人，22-40周岁": (True, False),
    "退役军人和高校毕业生": (False, False),
    "服过兵役优先": (False, True),
    "退役大学生士兵优先": (False, True),
    "军人优先": (False, True),
    "优先退役军人": (False, True),
    "退役军人优先，限男性": (False, True),
    "军转干部": (True, False),
    "招聘对象：退役军人": (True, False),
    "退役军人(限)": (True, False),
    "炊事兵优先": (False, True),
    "卫生员优先": (False, True),
    "老兵优先": (False, True),
    "退役": (True, False),
    "军嫂优先": (False, False),
}
HARDSHIP = {
    "就业困难人员": True,
    "低保户": True,
    "就业困难人员，低保优先": True,
    "就业困难退役军人": True,
    "脱贫户或监测户": True,
    "建档立卡贫困户": True,
    "零就业家庭成员": True,
    "4050人员": True,
    "大龄失业人员": True,
    "就业困难人员优先": False,
    "低保优先": False,
    "就业困难人员、高校毕业生": False,
    "残疾人": False,
    "退役军人、就业困难人员": False,
    "男50女40以上就业困难人员": True,
    "限就业困难人员": True,
    "登记失业人员": False,
    "需提供就业困难认定": True,
    "就业困难人员或退役军人": False,
}
GENDERS = {
    "男": "男",
    "女": "女",
    "不限": "不限",
    "男女不限": "不限",
    "男女均可": "不限",
    "男/女": "不限",
    "限男": "男",
    "男性": "男",
    "男优先": "不限",
    "女士优先": "不限",
    "适合女性": "女",
    "男、女": "不限",
    "无要求": "不限",
    "": None,
    "男女各5": "不限",
    "男（女）": "不限",
    "女性为主": "不限",
}
GENDERS_INSIDE = {
    "大专，女": "女",
    "18-50男": "男",
    "男，18-45": "男",
    "女性，会电脑": "女",
    "男女不限": None,
    "子女": None,
    "限女性，形象好": "女",
    "妇女优先": None,
    "仅限男性": "男",
    "3男2女": "不限",
    "男生宿舍管理": None,
    "需要男性": "男",
    "无性别要求": None,
    "女士优先": None,
}
GENDERS_IN_TITLE = {
    "保安(男)": "男",
    "女保洁": "女",
    "男服务员": "男",
    "女装导购": None,
    "保洁（女）": "女",
    "妇产科护士": None,
    "男女服务员": None,
    "男宿管": "男",
    "文员/女": "女",
    "女工": "女",
    "男普工": "男",
}
HEIGHTS = {
    "身高170以上": 170,
    "身高1.7米": 170,
    "1.65米以上": 165,
    "身高≥168cm": 168,
    "身高不低于1.70m": 170,
    "170cm": 170,
    "身高165-180": 165,
    "净身高172厘米": 172,
}


@pytest.mark.parametrize(("text", "wanted"), SCHOOLINGS.items())
def test_schooling_is_read_as_meant(text: str, wanted: object) -> None:
    found = conditions.schooling(text)
    assert (found.least, found.least_veteran) == wanted


@pytest.mark.parametrize(("text", "wanted"), VETERANS.items())
def test_veterans_only_or_first_is_read_as_meant(text: str, wanted: object) -> None:
    assert (conditions.veteran_only((text,)), conditions.veteran_priority((text,))) == wanted


@pytest.mark.parametrize(("text", "wanted"), HARDSHIP.items())
def test_hardship_is_read_as_meant(text: str, wanted: object) -> None:
    assert conditions.hardship_only((text,)) == wanted


@pytest.mark.parametrize(("text", "wanted"), GENDERS.items())
def test_a_gender_cell_is_read_as_meant(text: str, wanted: object) -> None:
    assert conditions.gender(text) == wanted


@pytest.mark.parametrize(("text", "wanted"), GENDERS_INSIDE.items())
def test_a_gender_inside_free_text_is_found(text: str, wanted: object) -> None:
    assert conditions.gender_inside((text,)) == wanted


@pytest.mark.parametrize(("text", "wanted"), GENDERS_IN_TITLE.items())
def test_a_gender_in_a_title_is_found(text: str, wanted: object) -> None:
    assert conditions.gender_in_title(text) == wanted


@pytest.mark.parametrize(("text", "wanted"), HEIGHTS.items())
def test_a_height_is_found(text: str, wanted: object) -> None:
    assert conditions.height_cm((text,)) == wanted
