"""NENA Emergency Incident Data Object 1.0 as JSON: one incident handed from agency to agency, both ways.

Source: NENA-STA-021.1a-2022 and the OpenAPI schema published with it (NENA911/EIDO-JSON).
"""
