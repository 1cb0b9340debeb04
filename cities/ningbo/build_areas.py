"""Builds the area files of this city: hand-drawn districts cut into streets, communities and grids.

Run: `python cities/ningbo/build_areas.py`. The district outlines below are approximate, drawn by eye from
general knowledge of the city; every boundary made from them says so (`approximate`). Street names are real, their
shapes are not; communities have no real names here, only numbers. Replace the files with surveyed boundaries by
putting GeoJSON of the same properties in their place.
"""

import json
from pathlib import Path

import numpy as np
import shapely
from shapely.geometry import MultiPoint, Point, Polygon
from shapely.ops import unary_union, voronoi_diagram

HERE = Path(__file__).parent
SOURCE = "approximate, drawn by eye for demonstration; not a survey"
COMMUNITIES = 2806
DECIMALS = 5

# Corners shared by neighbours carry one name, so that districts meet without gaps.
CORNERS: dict[str, tuple[float, float]] = {
    "bay_w": (121.02, 30.25), "bay_yc": (121.10, 30.32), "bay_c1": (121.30, 30.38), "bay_c2": (121.48, 30.30),
    "bay_cz": (121.62, 30.08), "zh_n": (121.68, 30.03), "mouth_n": (121.73, 29.965), "mouth_s": (121.745, 29.945),
    "bl_n1": (121.86, 29.955), "bl_n2": (121.98, 29.93), "bl_e": (122.06, 29.89), "meishan": (122.02, 29.74),
    "chunxiao": (121.93, 29.70), "bl_yz_s": (121.82, 29.70), "yz_coast": (121.73, 29.60), "yz_fh_s": (121.58, 29.58),
    "fh_bay": (121.50, 29.50), "fh_nh_bay": (121.44, 29.46), "nh_bay1": (121.52, 29.43), "nh_xs": (121.62, 29.42),
    "xs_n1": (121.75, 29.54), "xs_n2": (121.90, 29.58), "xs_ne": (122.02, 29.50), "xs_e1": (121.97, 29.40),
    "xs_e2": (122.02, 29.28), "xs_e3": (121.97, 29.16), "shipu": (121.96, 29.08), "xs_s": (121.82, 29.05),
    "xs_w1": (121.72, 29.15), "xs_w2": (121.64, 29.26), "nh_xs_s": (121.60, 29.20), "nh_s1": (121.52, 29.12),
    "nh_s2": (121.40, 29.08), "nh_w1": (121.20, 29.14), "nh_w2": (121.15, 29.28), "nh_fh_w": (121.18, 29.42),
    "fh_w": (121.08, 29.58), "fh_hs_w": (121.12, 29.70), "yy_hs_w": (121.02, 29.78), "yy_w": (120.88, 29.90),
    "yy_nw": (120.92, 30.06), "yc_1": (121.12, 30.12), "yc_2": (121.24, 30.10), "yc_3": (121.34, 30.03),
    "yy_cx_jb": (121.40, 30.02), "cx_zh": (121.56, 30.02), "jb_zh": (121.60, 29.965), "jb_zh_s": (121.60, 29.925),
    "yy_jb_hs": (121.33, 29.935), "three": (121.5525, 29.8775), "zh_yz": (121.625, 29.915), "zh_bl_yz": (121.68, 29.905),
    "hs_jb": (121.47, 29.895), "hs_yz_1": (121.535, 29.84), "hs_yz_fh": (121.47, 29.755), "yz_fh_1": (121.52, 29.70),
    "bl_yz_1": (121.75, 29.83),
}  # fmt: skip
DISTRICTS: dict[str, tuple[str, str, int, str]] = {
    "330203": ("海曙区", "Haishu District", 360, "three hs_jb yy_jb_hs yy_hs_w fh_hs_w hs_yz_fh hs_yz_1"),
    "330205": ("江北区", "Jiangbei District", 150, "three jb_zh_s jb_zh cx_zh yy_cx_jb yy_jb_hs hs_jb"),
    "330206": ("北仑区", "Beilun District", 270, "mouth_s bl_n1 bl_n2 bl_e meishan chunxiao bl_yz_s bl_yz_1 zh_bl_yz"),
    "330211": ("镇海区", "Zhenhai District", 130, "bay_cz zh_n mouth_n mouth_s zh_bl_yz zh_yz jb_zh_s jb_zh cx_zh"),
    "330212": (
        "鄞州区",
        "Yinzhou District",
        430,
        "three hs_yz_1 hs_yz_fh yz_fh_1 yz_fh_s yz_coast bl_yz_s bl_yz_1 zh_bl_yz zh_yz jb_zh_s",
    ),
    "330213": ("奉化区", "Fenghua District", 260, "hs_yz_fh fh_hs_w fh_w nh_fh_w fh_nh_bay fh_bay yz_fh_s yz_fh_1"),
    "330225": (
        "象山县",
        "Xiangshan County",
        270,
        "nh_xs xs_n1 xs_n2 xs_ne xs_e1 xs_e2 xs_e3 shipu xs_s xs_w1 xs_w2 nh_xs_s",
    ),
    "330226": ("宁海县", "Ninghai County", 276, "fh_nh_bay nh_fh_w nh_w2 nh_w1 nh_s2 nh_s1 nh_xs_s nh_xs nh_bay1"),
    "330281": ("余姚市", "Yuyao City", 330, "yy_w yy_nw bay_w bay_yc yc_1 yc_2 yc_3 yy_cx_jb yy_jb_hs yy_hs_w"),
    "330282": ("慈溪市", "Cixi City", 330, "bay_yc bay_c1 bay_c2 bay_cz cx_zh yy_cx_jb yc_3 yc_2 yc_1"),
}
STREETS: dict[str, str] = {
    "330203": "月湖街道 Yuehu,鼓楼街道 Gulou,江厦街道 Jiangxia,白云街道 Baiyun,段塘街道 Duantang,望春街道 Wangchun,石碶街道 Shiqi,西门街道 Ximen,南门街道 Nanmen,"
    "集士港镇 Jishigang,高桥镇 Gaoqiao,古林镇 Gulin,横街镇 Hengjie,鄞江镇 Yinjiang,洞桥镇 Dongqiao,章水镇 Zhangshui,龙观乡 Longguan",
    "330205": "白沙街道 Baisha,中马街道 Zhongma,文教街道 Wenjiao,孔浦街道 Kongpu,甬江街道 Yongjiang,庄桥街道 Zhuangqiao,洪塘街道 Hongtang,前江街道 Qianjiang,慈城镇 Cicheng",
    "330206": "新碶街道 Xinqi,小港街道 Xiaogang,大碶街道 Daqi,霞浦街道 Xiapu,柴桥街道 Chaiqiao,春晓街道 Chunxiao,梅山街道 Meishan,白峰街道 Baifeng,戚家山街道 Qijiashan,郭巨街道 Guoju",
    "330211": "招宝山街道 Zhaobaoshan,骆驼街道 Luotuo,庄市街道 Zhuangshi,蛟川街道 Jiaochuan,贵驷街道 Guisi,澥浦镇 Xiepu,九龙湖镇 Jiulonghu",
    "330212": "百丈街道 Baizhang,东胜街道 Dongsheng,明楼街道 Minglou,白鹤街道 Baihe,东柳街道 Dongliu,东郊街道 Dongjiao,福明街道 Fuming,新明街道 Xinming,中河街道 Zhonghe,"
    "钟公庙街道 Zhonggongmiao,首南街道 Shounan,下应街道 Xiaying,潘火街道 Panhuo,梅墟街道 Meixu,邱隘镇 Qiuai,五乡镇 Wuxiang,东吴镇 Dongwu,东钱湖镇 Dongqianhu,云龙镇 Yunlong,"
    "横溪镇 Hengxi,姜山镇 Jiangshan,塘溪镇 Tangxi,咸祥镇 Xianxiang,瞻岐镇 Zhanqi",
    "330213": "锦屏街道 Jinping,岳林街道 Yuelin,江口街道 Jiangkou,西坞街道 Xiwu,萧王庙街道 Xiaowangmiao,方桥街道 Fangqiao,溪口镇 Xikou,尚田街道 Shangtian,莼湖街道 Chunhu,裘村镇 Qiucun,松岙镇 Songao,大堰镇 Dayan",
    "330225": "丹东街道 Dandong,丹西街道 Danxi,爵溪街道 Juexi,石浦镇 Shipu,西周镇 Xizhou,鹤浦镇 Hepu,贤庠镇 Xianxiang,墙头镇 Qiangtou,泗洲头镇 Sizhoutou,定塘镇 Dingtang,涂茨镇 Tuci,"
    "大徐镇 Daxu,新桥镇 Xinqiao,东陈乡 Dongchen,晓塘乡 Xiaotang,黄避岙乡 Huangbiao,茅洋乡 Maoyang,高塘岛乡 Gaotangdao",
    "330226": "跃龙街道 Yuelong,桃源街道 Taoyuan,桥头胡街道 Qiaotouhu,梅林街道 Meilin,长街镇 Changjie,力洋镇 Liyang,一市镇 Yishi,岔路镇 Chalu,前童镇 Qiantong,桑洲镇 Sangzhou,黄坛镇 Huangtan,"
    "大佳何镇 Dajiahe,强蛟镇 Qiangjiao,西店镇 Xidian,深甽镇 Shenzhen,胡陈乡 Huchen,茶院乡 Chayuan,越溪乡 Yuexi",
    "330281": "兰江街道 Lanjiang,凤山街道 Fengshan,梨洲街道 Lizhou,阳明街道 Yangming,低塘街道 Ditang,朗霞街道 Langxia,泗门镇 Simen,马渚镇 Mazhu,牟山镇 Moushan,丈亭镇 Zhangting,三七市镇 Sanqishi,"
    "河姆渡镇 Hemudu,大隐镇 Dayin,梁弄镇 Liangnong,鹿亭乡 Luting,四明山镇 Simingshan,大岚镇 Dalan,黄家埠镇 Huangjiabu,小曹娥镇 Xiaocaoe,临山镇 Linshan,陆埠镇 Lubu",
    "330282": "浒山街道 Hushan,白沙路街道 Baishalu,古塘街道 Gutang,宗汉街道 Zonghan,坎墩街道 Kandun,龙山镇 Longshan,掌起镇 Zhangqi,观海卫镇 Guanhaiwei,附海镇 Fuhai,桥头镇 Qiaotou,匡堰镇 Kuangyan,"
    "逍林镇 Xiaolin,新浦镇 Xinpu,胜山镇 Shengshan,横河镇 Henghe,崇寿镇 Chongshou,庵东镇 Andong,周巷镇 Zhouxiang,长河镇 Changhe,天元镇 Tianyuan",
}
CENTRES: dict[str, tuple[float, float]] = {
    "330203": (121.545, 29.872), "330205": (121.555, 29.895), "330206": (121.84, 29.91), "330211": (121.71, 29.955),
    "330212": (121.56, 29.86), "330213": (121.405, 29.66), "330225": (121.87, 29.475), "330226": (121.43, 29.29),
    "330281": (121.155, 30.045), "330282": (121.265, 30.17),
}  # fmt: skip


def outline(names: str) -> Polygon:
    """The district whose corners are named, in order."""
    return Polygon([CORNERS[name] for name in names.split()])


def seeds(shape: Polygon, count: int, rng: np.random.Generator, centre: tuple[float, float] | None) -> list[Point]:
    """`count` points spread in `shape` (denser round `centre`), moved apart a few times."""
    west, south, east, north = shape.bounds
    found: list[Point] = []
    while len(found) < count * 8:
        x, y = rng.uniform((west, south), (east, north))
        if centre and rng.random() < 0.45:
            x, y = rng.normal(centre, 0.05)
        if shape.contains(Point(x, y)):
            found.append(Point(x, y))
    points = found[:count]
    for _ in range(3):
        points = [
            cell.centroid if shape.contains(cell.centroid) else p
            for cell, p in zip(cut(shape, points), points, strict=True)
        ]
    return points


def cut(shape: Polygon, points: list[Point]) -> list[Polygon]:
    """The Voronoi cells of `points` within `shape`, in the order of the points."""
    if len(points) == 1:
        return [shape]
    cells = list(voronoi_diagram(MultiPoint(points), envelope=shape).geoms)
    tree = shapely.STRtree(cells)
    homes = [cells[int(tree.query(point, "intersects")[0])] for point in points]
    return [largest(home.intersection(shape)) for home in homes]


def largest(shape: shapely.Geometry) -> Polygon:
    """The largest polygon of a geometry."""
    parts = [part for part in getattr(shape, "geoms", [shape]) if part.geom_type == "Polygon"]
    return max(parts, key=lambda part: part.area)


def feature(code: str, level: int, name: str, name_en: str, shape: Polygon) -> dict[str, object]:
    """A GeoJSON feature with this city's properties."""
    rounded = shapely.set_precision(shape, 10**-DECIMALS)
    ring = [[round(x, DECIMALS), round(y, DECIMALS)] for x, y in shapely.get_coordinates(largest(rounded).exterior)]
    properties = {"code": code, "level": level, "name": name, "name_en": name_en, "approximate": True, "source": SOURCE}
    return {"type": "Feature", "properties": properties, "geometry": {"type": "Polygon", "coordinates": [ring]}}


def write(name: str, features: list[dict[str, object]]) -> None:
    """Write one level's file, a feature a line."""
    lines = ",\n".join(json.dumps(one, ensure_ascii=False, separators=(",", ":")) for one in features)
    (HERE / "areas" / name).write_text(f'{{"type":"FeatureCollection","features":[\n{lines}\n]}}\n', encoding="utf-8")


def main() -> None:
    """Build every level and write it."""
    rng = np.random.default_rng(330200)
    districts, streets, communities, grids = [], [], [], []
    shapes = {code: outline(row[3]) for code, row in DISTRICTS.items()}
    assert sum(row[2] for row in DISTRICTS.values()) == COMMUNITIES
    for code, (name, name_en, wanted, _corners) in DISTRICTS.items():
        districts.append(feature(code, 2, name, name_en, shapes[code]))
        named = [entry.strip().rsplit(" ", 1) for entry in STREETS[code].split(",")]
        points = seeds(shapes[code], len(named), rng, CENTRES[code])
        points.sort(key=lambda point: point.distance(Point(CENTRES[code])))
        shares = rng.multinomial(wanted - len(named), np.full(len(named), 1 / len(named))) + 1
        for number, ((zh, en), shape, count) in enumerate(
            zip(named, cut(shapes[code], points), shares, strict=True), 1
        ):
            street = f"{code}{number:03d}"
            kind = "Subdistrict" if zh.endswith("街道") else "Township" if zh.endswith("乡") else "Town"
            streets.append(feature(street, 3, zh, f"{en} {kind}", shape))
            for place, cell in enumerate(cut(shape, seeds(shape, int(count), rng, None)), 1):
                community = f"{street}{place:03d}"
                communities.append(feature(community, 4, f"{zh}第{place}社区", f"{en} Community {place}", cell))
                if code == "330203":
                    for part, grid in enumerate(cut(cell, seeds(cell, 2, rng, None)), 1):
                        grids.append(
                            feature(
                                f"{community}{part:02d}",
                                5,
                                f"{zh}第{place}社区{part}网格",
                                f"{en} {place} Grid {part}",
                                grid,
                            )
                        )
    whole = unary_union(list(shapes.values())).buffer(1e-6).buffer(-1e-6)
    write("1-city.geojson", [feature("3302", 1, "宁波市", "Ningbo City", largest(whole))])
    for name, made in (
        ("2-districts", districts),
        ("3-streets", streets),
        ("4-communities", communities),
        ("5-grids", grids),
    ):
        write(f"{name}.geojson", made)


if __name__ == "__main__":
    main()
