"""OGC API - Features, part 1: core, GeoJSON and OpenAPI 3.0, in CRS84. Queries read, documents built.

Source: OGC 17-069r4, OGC API - Features - Part 1: Core (corrigendum, 2022).
"""
