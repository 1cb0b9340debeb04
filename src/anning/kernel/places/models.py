"""Where things are: areas in five levels, sites, and the names people use for places."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Level(models.IntegerChoices):
    """The five levels of areas, from the whole city to a grid."""

    CITY = 1, _("city")
    DISTRICT = 2, _("district")
    STREET = 3, _("street or township")
    COMMUNITY = 4, _("community")
    GRID = 5, _("grid")


class Area(models.Model):
    """A part of the city. Its code starts with its parent's code, so a code prefix selects all below it."""

    code = models.CharField(_("code"), max_length=20, unique=True)
    level = models.PositiveSmallIntegerField(_("level"), choices=Level)
    name = models.CharField(_("name"), max_length=80)
    name_en = models.CharField(_("English name"), max_length=120, blank=True)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children", verbose_name=_("part of"))
    shape = models.BinaryField(_("boundary"))
    """WKB of a Polygon or MultiPolygon, WGS-84."""
    lon = models.FloatField(_("longitude"))
    lat = models.FloatField(_("latitude"))
    approximate = models.BooleanField(_("approximate boundary"), default=False)
    source = models.CharField(_("source"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("area")
        verbose_name_plural = _("areas")
        indexes = [models.Index(fields=["level", "code"])]

    def __str__(self) -> str:
        return self.name


class Site(models.Model):
    """A fixed place with a use: a station, a hospital, a venue."""

    code = models.CharField(_("code"), max_length=40, unique=True)
    kind = models.CharField(_("kind"), max_length=40, db_index=True)
    name = models.CharField(_("name"), max_length=120)
    name_en = models.CharField(_("English name"), max_length=120, blank=True)
    lon = models.FloatField(_("longitude"))
    lat = models.FloatField(_("latitude"))
    area_code = models.CharField(_("area"), max_length=20, blank=True, db_index=True)
    address = models.CharField(_("address"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("site")
        verbose_name_plural = _("sites")

    def __str__(self) -> str:
        return self.name


class PlaceName(models.Model):
    """A name in the gazetteer: what is said on the telephone, and the point it means."""

    name = models.CharField(_("name"), max_length=120)
    name_en = models.CharField(_("English name"), max_length=120, blank=True)
    kind = models.CharField(_("kind"), max_length=40)
    lon = models.FloatField(_("longitude"))
    lat = models.FloatField(_("latitude"))
    radius_m = models.FloatField(_("radius of uncertainty, m"), default=100)
    area_code = models.CharField(_("area"), max_length=20, blank=True)
    weight = models.FloatField(_("weight"), default=1)

    class Meta:
        verbose_name = _("place name")
        verbose_name_plural = _("gazetteer")
        constraints = [models.UniqueConstraint(fields=["name", "kind", "lon", "lat"], name="places_name_once")]

    def __str__(self) -> str:
        return self.name


class City(models.Model):
    """The city this installation serves, as its folder says; and a counter that tells caches to look again."""

    code = models.CharField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=80)
    name_en = models.CharField(_("English name"), max_length=120)
    time_zone = models.CharField(_("time zone"), max_length=40)
    crs_epsg = models.PositiveIntegerField(_("projected CRS (EPSG)"))
    lon = models.FloatField(_("longitude"))
    lat = models.FloatField(_("latitude"))
    zoom = models.FloatField(_("zoom"), default=9)
    base_map = models.JSONField(_("base map"), default=dict)
    note = models.CharField(_("note"), max_length=400, blank=True)
    note_en = models.CharField(_("note (English)"), max_length=400, blank=True)
    is_demo = models.BooleanField(_("demonstration data"), default=False)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("city")
        verbose_name_plural = _("cities")

    def __str__(self) -> str:
        return self.name
