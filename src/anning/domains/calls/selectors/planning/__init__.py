"""What planners ask of the past: whom would it have taken how long, with other units or other posts."""
