"""Accounts: the way in, the way out, what a person changes about themselves, tokens of a team."""

from django.urls import path

from . import views
from .audit_log import views as audit_log
from .connections import member_cap
from .connections import views as connections
from .invitations import joining
from .invitations import views as invitations
from .mail import views as mail
from .people import views as people
from .retention.views import retention
from .second_factor import views as second_factor
from .sessions import views as sessions
from .single_sign_on import views as single_sign_on
from .teams import member_views as members
from .teams import views as teams
from .tokens import views as tokens

app_name = "accounts"
urlpatterns = [
    path("welcome/<str:code>/", views.welcome, name="welcome"),
    path("sign-in/", views.sign_in, name="sign-in"),
    path("sign-in/oidc/", single_sign_on.single_sign_on, name="single-sign-on"),
    path(
        "sign-in/oidc/return/", single_sign_on.single_sign_on_return, name="single-sign-on-return"
    ),
    path("sign-in/code/", second_factor.sign_in_code, name="sign-in-code"),
    path("sign-out/", views.sign_out, name="sign-out"),
    path("account/", views.account, name="account"),
    path("account/theme/", views.theme, name="theme"),
    path("account/password/", views.password, name="password"),
    path("account/sessions/", sessions.sessions, name="sessions"),
    path("account/sessions/end/", sessions.end_others, name="end-other-sessions"),
    path("account/sessions/<str:session>/end/", sessions.end, name="end-session"),
    path("account/two-factor/", second_factor.second_factor, name="second-factor"),
    path("account/two-factor/secret/", second_factor.secret, name="second-factor-secret"),
    path(
        "account/two-factor/activation/", second_factor.activation, name="second-factor-activation"
    ),
    path(
        "account/two-factor/recovery-codes/",
        second_factor.recovery_codes,
        name="second-factor-recovery-codes",
    ),
    path("account/two-factor/removal/", second_factor.removal, name="second-factor-removal"),
    path("account/reset/<str:uid>/<str:token>/", views.reset, name="reset"),
    path("account/forgotten/", mail.forgotten, name="forgotten"),
    path("account/forgotten/sent/", mail.forgotten_sent, name="forgotten-sent"),
    path("mail/", mail.mail, name="mail"),
    path("mail/test/", mail.trial, name="mail-trial"),
    path("audit/", audit_log.installation, name="installation-audit"),
    path("t/<slug:team>/audit/", audit_log.events, name="audit"),
    path("t/<slug:team>/audit/file/", audit_log.file, name="audit-file"),
    path("teams/", teams.teams, name="teams"),
    path("join/<str:token>/", joining.join, name="join"),
    path("people/", people.people, name="people"),
    path("people/<int:person>/state/", people.state, name="person-state"),
    path("people/<int:person>/reset-link/", people.reset_link, name="person-reset-link"),
    path(
        "people/<int:person>/second-factor/removal/",
        people.second_factor,
        name="person-second-factor",
    ),
    path("t/<slug:team>/settings/", teams.settings, name="team"),
    path("t/<slug:team>/deletion/", teams.deletion, name="delete-team"),
    path("t/<slug:team>/departure/", members.departure, name="leave-team"),
    path("t/<slug:team>/members/", members.members, name="members"),
    path("t/<slug:team>/members/<int:member>/role/", members.role, name="change-role"),
    path("t/<slug:team>/members/<int:member>/removal/", members.removal, name="remove-member"),
    path("t/<slug:team>/invitations/", invitations.invitations, name="invitations"),
    path(
        "t/<slug:team>/invitations/<int:invitation>/revocation/",
        invitations.revocation,
        name="revoke-invitation",
    ),
    path("t/<slug:team>/connections/", connections.connections, name="connections"),
    path("t/<slug:team>/connections/money/", connections.money, name="money"),
    path("t/<slug:team>/connections/addition/", connections.addition, name="add-connection"),
    path("t/<slug:team>/connections/<int:connection>/", connections.connection, name="connection"),
    path("t/<slug:team>/connections/<int:connection>/key/", connections.key, name="connection-key"),
    path(
        "t/<slug:team>/connections/<int:connection>/trial/",
        connections.trial,
        name="try-connection",
    ),
    path(
        "t/<slug:team>/connections/<int:connection>/choice/",
        connections.choice,
        name="default-connection",
    ),
    path(
        "t/<slug:team>/connections/<int:connection>/deletion/",
        connections.deletion,
        name="delete-connection",
    ),
    path("t/<slug:team>/members/<int:member>/cap/", member_cap.member_cap, name="member-cap"),
    path("t/<slug:team>/tokens/", tokens.tokens, name="tokens"),
    path(
        "t/<slug:team>/tokens/<int:api_token>/revocation/", tokens.revocation, name="revoke-token"
    ),
    path("t/<slug:team>/retention/", retention, name="retention"),
]
