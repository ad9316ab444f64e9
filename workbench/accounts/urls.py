"""Accounts: the way in, the way out, what a person changes about themselves, tokens of a team."""

from django.urls import path

from . import views
from .audit_log import views as audit_log
from .tokens import views as tokens

app_name = "accounts"
urlpatterns = [
    path("welcome/<str:code>/", views.welcome, name="welcome"),
    path("sign-in/", views.sign_in, name="sign-in"),
    path("sign-out/", views.sign_out, name="sign-out"),
    path("account/", views.account, name="account"),
    path("account/theme/", views.theme, name="theme"),
    path("account/password/", views.password, name="password"),
    path("account/reset/<str:uid>/<str:token>/", views.reset, name="reset"),
    path("audit/", audit_log.installation, name="installation-audit"),
    path("t/<slug:team>/audit/", audit_log.events, name="audit"),
    path("t/<slug:team>/audit/file/", audit_log.file, name="audit-file"),
    path("t/<slug:team>/tokens/", tokens.tokens, name="tokens"),
    path(
        "t/<slug:team>/tokens/<int:api_token>/revocation/", tokens.revocation, name="revoke-token"
    ),
]
