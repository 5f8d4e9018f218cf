"""The divisions: facts of the data, and the laws containment and distance must keep."""

from hypothesis import given
from hypothesis import strategies as st

from matching.taxonomy import regions

CODES = st.sampled_from([place.adcode for place in regions.every()])


def test_the_data_has_no_faults():
    assert regions.check() == []


def test_how_many_divisions_there_are():
    levels = [regions.level(place.adcode) for place in regions.every()]
    assert levels.count("province") == 34
    assert 330 <= levels.count("city") <= 345
    assert 2840 <= levels.count("county") <= 2870
    assert sum(len(regions.towns_of(place.adcode)) for place in regions.every()) > 41_000


def test_paths_and_parents_of_the_odd_cases():
    def path(code):
        place = regions.get(code)
        return place and place.path

    assert path("510705") == ("四川省", "绵阳市", "安州区")
    assert path("370211") == ("山东省", "青岛市", "黄岛区")
    assert path("110105") == ("北京市", "朝阳区")
    assert path("500243") == ("重庆市", "彭水苗族土家族自治县")
    assert path("429004") == ("湖北省", "仙桃市")
    assert path("659012") == ("新疆维吾尔自治区", "白杨市")
    assert path("441900") == ("广东省", "东莞市")
    assert path("330114") == ("浙江省", "杭州市", "钱塘区")
    assert path("500157") == ("重庆市", "两江新区")
    assert path("653229") == ("新疆维吾尔自治区", "和田地区", "和安县")
    assert path("000000") is None
    assert regions.level("441900") == "city"
    assert regions.parent("429004") == "420000"
    assert regions.ancestors("510705") == ("510000", "510700")
    assert "虎门镇" in regions.towns_of("441900")


def test_towns_of_development_zones_stand_under_the_city():
    assert "中和街道" in regions.towns_of("510109") or regions.towns_of("510100") == ()
    assert len(regions.towns_of("130100")) >= 5


def test_readings_of_names_a_dictionary_gets_wrong():
    wanted = {
        "371722": "shan xian",
        "410621": "xun xian",
        "341500": "lu an shi",
        "500000": "chong qing shi",
        "510703": "fu cheng qu",
        "510726": "bei chuan qiang zu zi zhi xian",
    }
    assert {code: regions.pinyin(code) for code in wanted} == wanted


def test_neighbours_are_near_and_of_the_same_level():
    assert "510704" in regions.neighbours("510703")
    assert {"510600", "510100"} <= set(regions.neighbours("510700"))
    assert "510703" not in regions.neighbours("510703")
    assert regions.neighbours("999999") == ()


def test_a_location_pin_gives_the_county_or_nothing_abroad():
    assert regions.nearest(31.467, 104.741).adcode == "510703"
    assert regions.nearest(23.02, 113.75).adcode == "441900"
    assert regions.nearest(51.5, -0.1) is None


def test_distance_between_peking_and_shanghai():
    assert 1050 < regions.km("110000", "310000") < 1090
    assert regions.km("110000", "000000") is None


@given(CODES, CODES)
def test_distance_is_symmetric_and_zero_at_home(a, b):
    assert regions.km(a, b) == regions.km(b, a)
    assert regions.km(a, a) == 0


@given(CODES, CODES, CODES)
def test_containment_is_a_partial_order(a, b, c):
    assert regions.contains(a, a)
    if regions.contains(a, b) and regions.contains(b, a):
        assert a == b
    if regions.contains(a, b) and regions.contains(b, c):
        assert regions.contains(a, c)


@given(CODES)
def test_containment_agrees_with_the_ancestors(code):
    for above in regions.ancestors(code):
        assert regions.contains(above, code)
        assert not regions.contains(code, above)
    for below in regions.children(code):
        assert regions.parent(below) == code


@given(st.floats(-90, 90), st.floats(-180, 180))
def test_any_pin_gives_a_county_or_nothing(lat, lon):
    place = regions.nearest(lat, lon)
    assert place is None or not regions.children(place.adcode)
