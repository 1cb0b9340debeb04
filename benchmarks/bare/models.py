"""Two plain tables, for a POST that does nothing but write a row in each."""

from django.db import models


class First(models.Model):
    """A row."""

    text = models.CharField(max_length=200)
    at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.text


class Second(models.Model):
    """Another row, pointing at the first."""

    first = models.ForeignKey(First, models.CASCADE)
    text = models.CharField(max_length=200)

    def __str__(self) -> str:
        return self.text
