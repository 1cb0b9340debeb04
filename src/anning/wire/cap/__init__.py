"""Common Alerting Protocol 1.2: public warnings as XML, both ways, and the Atom feed that lists them.

Source: OASIS, Common Alerting Protocol Version 1.2 (OASIS Standard, 1 July 2010), clause 3.
"""
