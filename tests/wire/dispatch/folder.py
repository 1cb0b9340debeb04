"""A small made case in both layouts, and the places of its faults."""

from __future__ import annotations

TRAVEL = "node,a,b,c\na,0,100,200\nb,100,0,100\nc,200,100,0\n"
NODES = "node,x,y\na,0,0\nb,1000,0\nc,2000,0\n"
CALLS = (
    "call,time,node,on_scene_s,hospital,drop_off_s,priority,needs\n"
    "k2,500,c,60,nearest,300,1,\n"
    "k1,0,b,60,,,2,boat\n"
    "k3,600,a,60,c,300,,\n"
)
UNITS = "unit,base,skills\nu1,a,\nu2,c,boat rope\n"
ANNING = {
    "travel.csv": TRAVEL,
    "nodes.csv": NODES,
    "calls.csv": CALLS,
    "units.csv": UNITS,
    "hospitals.csv": "node\na\n",
}

MINUTES = "postal code,1,2,3\n1,0,5,10\n2,5,0,5\n3,10,5,0\n"
ELASPY = {
    "siren_driving_matrix_2022.csv": MINUTES,
    "nodes_made.csv": "postal code,x,y,inhabitants\n1,0,0,0.5\n2,1000,0,0.25\n3,2000,0,0.25\n",
    "Hospital_Postal_Codes_made.csv": "\ufeffHospital\n3\n",
    "made_base_locations_2021.csv": "\ufeffBase Locations\n1\n3\n",
    "interarrival_times_test_run_simulation_made_1.csv": "0\n1.0\n2.0\n30.5\n",
    "location_IDs_test_run_simulation_made_1.csv": "0\n2\n2.0\n1\n",
    "on_site_aid_times_test_run_simulation_made_1.csv": "0\n10\n10\n10\n",
    "drop_off_times_test_run_simulation_made_1.csv": "0\n15\n15\n15\n",
    "to_hospital_bool_test_run_simulation_made_1.csv": "0\nTrue\nFalse\nFalse\n",
    "Base_Locations_Ambulances_made_2.csv": "\ufeffAmbulance,Base\n0,1\n1,3\n",
}


def changed(files: dict[str, str], name: str, old: str, new: str) -> dict[str, str]:
    """The files with a piece of one replaced, which must be there."""
    assert old in files[name]
    return files | {name: files[name].replace(old, new, 1)}
