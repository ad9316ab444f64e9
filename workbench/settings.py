"""All settings, read once from the environment.

Every value has a sentence and a type; a bad value stops the start and names the setting. Secrets
may come from a file named by ``NAME_FILE``. The table for operators is in README.md.
"""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from csp.constants import NONCE, NONE, SELF
from django.contrib.messages import constants as message_levels
from django.core.exceptions import ImproperlyConfigured

from workbench.configuration import Configuration

BASE_DIR = Path(__file__).resolve().parent.parent
configuration = Configuration()

# Where the site is, and how strict it must be -------------------------------------------------

DATA_DIR = configuration.data_directory
SITE_URL = configuration.site_url
_site = urlsplit(SITE_URL)
IS_HTTPS = _site.scheme == "https"

DEBUG = False
SECRET_KEY = configuration.secret("SECRET_KEY", DATA_DIR / "secrets" / "secret-key")
ENCRYPTION_KEY = configuration.encryption_key
ALLOWED_HOSTS = [_site.hostname or "localhost", "localhost", "127.0.0.1", "[::1]"]
CSRF_TRUSTED_ORIGINS = [f"{_site.scheme}://{_site.netloc}"]

# Both are needed behind a proxy that ends TLS; without one, Django sees plain http only.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if IS_HTTPS else None
SECURE_SSL_REDIRECT = IS_HTTPS
SECURE_REDIRECT_EXEMPT = [r"^health/$"]
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if IS_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = IS_HTTPS
SECURE_HSTS_PRELOAD = IS_HTTPS
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

# Own names, since cookies ignore ports; `__Host-` binds them to this host where https allows it.
SESSION_COOKIE_NAME = "__Host-workbench-session" if IS_HTTPS else "workbench-session"
CSRF_COOKIE_NAME = "__Host-workbench-csrf" if IS_HTTPS else "workbench-csrf"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_ENGINE = "workbench.accounts.sessions.store"
SESSION_COOKIE_AGE = 14 * 24 * 3600

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

# Parts ----------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_htmx",
    "template_partials",
    "csp",
    "allauth.account",  # its tables stay empty; the two below need it
    "allauth.mfa",
    "allauth.socialaccount",
    "workbench.accounts",
    "workbench.prompts",
    "workbench.runs",
    "workbench.sharing",
]
MIDDLEWARE = [
    "workbench.api.middleware.ApiMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "workbench.static_files.StaticFilesMiddleware",
    "csp.middleware.CSPMiddleware",
    "workbench.accounts.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "workbench.accounts.middleware.SignInMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "workbench.accounts.middleware.PrivatePagesMiddleware",
]
ROOT_URLCONF = "workbench.urls"
ASGI_APPLICATION = "workbench.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "workbench.accounts.context.site",
                "workbench.sharing.inbox.context.inbox",
            ],
            "builtins": ["workbench.template_tags", "workbench.icons"],
        },
    }
]
# The names that the style sheet has for them.
MESSAGE_TAGS = {message_levels.SUCCESS: "ok", message_levels.WARNING: "warn"}
CSRF_FAILURE_VIEW = "workbench.views.csrf_failure"

# Data -----------------------------------------------------------------------------------------

DATABASES = {"default": configuration.database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"
USE_I18N = False

# A prompt of 5 MB, percent-encoded, and 1,500 variables fit; asgi.py refuses larger bodies first.
DATA_UPLOAD_MAX_MEMORY_SIZE = 40 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 100_000
# More images than a request may hold, so that the sentence about them is said in the right place.
DATA_UPLOAD_MAX_NUMBER_FILES = 1_000
# Every uploaded file goes to disk: another process looks into it there.
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.TemporaryFileUploadHandler"]
BODY_LIMIT_ANONYMOUS = 64 * 1024
BODY_LIMIT_SIGNED_IN = 40 * 1024 * 1024
# A library of 100 MB as a file, and the form around it.
BODY_LIMIT_LIBRARY = 101 * 1024 * 1024

# People ---------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
SINGLE_SIGN_ON = configuration.single_sign_on
LOGIN_URL = "accounts:sign-in"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "accounts:sign-in"
PASSWORD_HASHERS = ["workbench.accounts.passwords.ModestArgon2"]
PASSWORD_RESET_TIMEOUT = 3600
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "name")},
    },
]

# Of allauth we use tables and pieces; none of its pages is mounted. These describe our users to it.
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
MFA_ADAPTER = "workbench.accounts.second_factor.sealing.SealingAdapter"
MFA_TOTP_ISSUER = "Workbench"
# Steps of 30 seconds by which a telephone's clock may be off (RFC 6238, section 5.2).
MFA_TOTP_TOLERANCE = 1

# Static files ---------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = configuration.static_root
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "workbench.joined_files.JoinedFilesStorage"},
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = True

# Runs -----------------------------------------------------------------------------------------

UPSTREAMS = configuration.upstreams()
# The first one with a key of the operator, else the simulator.
DEFAULT_UPSTREAM = next(name for name, upstream in UPSTREAMS.items() if upstream.api_key)
OPERATOR_KEY_FOR_TEAMS = configuration.flag("OPERATOR_KEY_FOR_TEAMS", default=True)
RUN_LIMITS = configuration.run_limits()

METRICS_TOKEN = configuration.metrics_token

# What leaves the site beside runs: mail and webhooks ------------------------------------------

MAIL_SERVER = configuration.mail_server
DEFAULT_FROM_EMAIL = configuration.mail_sender
# Only the outbox of accounts/mail sends: what anything else mails goes nowhere.
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
WEBHOOK_HOSTS = configuration.webhook_hosts

if not UPSTREAMS:
    raise ImproperlyConfigured("WORKBENCH_UPSTREAMS must name at least one upstream.")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {
        "request": {"()": "workbench.request_ids.RequestIdFilter"},
        "secrets": {"()": "workbench.log.SecretFilter"},
    },
    "formatters": {
        "line": {"format": "%(asctime)s %(levelname)s [%(request_id)s] %(name)s: %(message)s"},
        "json": {"()": "workbench.log.JsonFormatter"},
    },
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "formatter": configuration.log_format,
            "filters": ["request", "secrets"],  # the secrets last: they see the finished message
        }
    },
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "workbench": {"level": "INFO"},
        # 4xx answers are ordinary; Django would log each as a warning.
        "django.request": {"level": "ERROR"},
        # Nor is every scanner that names another host worth a traceback.
        "django.security.DisallowedHost": {"level": "CRITICAL"},
    },
}
