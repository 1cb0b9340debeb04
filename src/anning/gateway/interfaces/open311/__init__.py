"""Open311 GeoReport v2: livelihood matters for other systems to make, find and follow; and a client for theirs."""
