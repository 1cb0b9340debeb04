"""Reads with GDAL in a process of its own: while it waits for an answer it keeps the interpreter to itself.

Usage: reading.py SOURCE TOKEN LAYER [PAGE_SIZE [WEST,SOUTH,EAST,NORTH]]. Without a layer it lists them. Prints JSON.
"""

import json
import sys

import pyogrio


def main(source: str, token: str, layer: str = "", size: str = "1000", box: str = "") -> None:
    """Let GDAL send the token as the password of Basic; its driver sends headers of its own in place of ours."""
    pyogrio.set_gdal_config_options({"GDAL_HTTP_USERPWD": f"gdal:{token}", "GDAL_PAM_ENABLED": "NO"})
    if not layer:
        print(json.dumps([str(name) for name, _kind in pyogrio.list_layers(source)]))
        return
    bbox = tuple(map(float, box.split(","))) if box else None
    meta, _index, geometry, columns = pyogrio.raw.read(source, layer=layer, bbox=bbox, PAGE_SIZE=size)
    columns = {name: [str(one) for one in values] for name, values in zip(meta["fields"], columns, strict=True)}
    told = {"crs": meta["crs"], "geometry": meta["geometry_type"], "count": len(geometry), "columns": columns}
    print(json.dumps(told))


if __name__ == "__main__":
    main(*sys.argv[1:])
