"""Scripts for building, testing and measuring Anning; none of them is part of the installed package."""
