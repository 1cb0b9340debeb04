"""A small whole city folder, to be spoilt in tests."""

import json

SQUARE = [[121.0, 29.0], [122.0, 29.0], [122.0, 30.0], [121.0, 30.0], [121.0, 29.0]]


def area(code: str, level: int) -> dict[str, object]:
    """A feature."""
    properties = {"code": code, "level": level, "name": f"区{code}", "name_en": f"Area {code}", "approximate": True}
    return {"type": "Feature", "properties": properties, "geometry": {"type": "Polygon", "coordinates": [SQUARE]}}


def areas(*features: dict[str, object]) -> str:
    """A feature collection."""
    return json.dumps({"type": "FeatureCollection", "features": list(features)})


TEXTS: dict[str, str] = {
    "city.toml": 'code="3302"\nname="宁波"\nname_en="Ningbo"\ntime_zone="Asia/Shanghai"\n'
    "crs_epsg=4549\nlon=121.5\nlat=29.5\n",
    "areas/all.geojson": areas(area("3302", 1), area("330203", 2), area("330203001", 3)),
    "agencies.toml": 'agency=[{code="police",name="公安",name_en="Police",kind="police",area_code="3302"}]\n',
    "capabilities.toml": 'capability=[{code="patrol",name="巡逻",name_en="patrol"}]\n',
    "sites.csv": "code,kind,name,name_en,lon,lat,area_code,address\ns1,police,派出所,Station,121.5,29.5,,\n",
    "units.csv": "code,agency,kind,area_code,site_code,capabilities,lon,lat\n"
    "U1,police,car,330203,s1,patrol,121.5,29.5\n",
    "gazetteer.csv": "name,name_en,kind,lon,lat,radius_m,weight,area_code\n鼓楼,Drum Tower,place,121.5,29.6,100,2,\n",
    "categories.toml": '[[category]]\ncode="fire"\nname="火灾"\nname_en="Fire"\nhandled_by="fire"\n'
    'children=[{code="fire.home",name="住宅火灾",name_en="Home fire",priority=1,protocol="fire"}]\n',
    "related.toml": 'related=[{first="fire",second="fire.home",weight=0.5}]\n',
    "routes.toml": 'route=[{agency="police",category="fire"}]\n',
    "clocks.toml": 'limit=[{kind="incident",clock="assign",seconds=[60,120,300,900]}]\n',
    "users.toml": 'password="Sea-Wall-2026"\nuser=[{username="d1",title="调度",title_en="Dispatch",'
    'role="dispatcher",agency="police",area_code="330203",unit="U1"}]\n',
    "protocols/fire.toml": 'code="fire"\nname="火灾"\nname_en="Fire"\nstart="q"\n'
    '[questions.q]\ntext={zh="有人吗？",en="Anyone?"}\n[[questions.q.answers]]\nid="yes"\n'
    'text={zh="有",en="Yes"}\npriority=1\ncategory="fire.home"\ncapabilities=["patrol"]\n',
    "narratives.toml": '""=["{place}"]\n',
    "rates.toml": f"yearly=1000\nhour={[1] * 24}\nweekday={[1] * 7}\nmonth={[1] * 12}\n"
    '[mix]\n"fire.home"={weight=1,callers=0.5,scene_s=900}\n',
    "basemap.geojson": areas(),
}


def files(**changed: str | None) -> dict[str, bytes]:
    """The folder's files; `changed` replaces texts, by names with `/` and `.` written `__` and `_`."""
    named = {name.replace("/", "__").replace(".", "_"): name for name in TEXTS}
    texts = {**TEXTS, **{named[key]: text for key, text in changed.items() if text is not None}}
    for key, text in changed.items():
        if text is None:
            texts.pop(named[key])
    return {name: text.encode() for name, text in texts.items()}
