"""Forms of the region: send a package, confirm a preview."""

from flask_wtf.file import FileAllowed, FileField, FileRequired
from wtforms import BooleanField, HiddenField

from coordinator.web import Form


class UploadForm(Form):
    """Send a package."""

    package = FileField(
        "Het pakket",
        description="Een zip-bestand of een werkboek (.xlsx) van ten hoogste 100 MB.",
        validators=[
            FileRequired("Kies eerst een bestand."),
            FileAllowed(["zip", "xlsx"], "Kies een bestand dat eindigt op .zip of .xlsx."),
        ],
        render_kw={"accept": ".zip,.xlsx"},
    )


class ConfirmForm(Form):
    """Take in what the preview shows."""

    seen = HiddenField()
    """The version of the network that this page was made with."""
    sure = BooleanField("Ja, ik wil dat deze tafels verdwijnen")
