# One web process of Workbench; compose.yaml starts several behind a proxy with TLS.
FROM python:3.11-slim AS build
RUN python -m venv /opt/workbench
COPY requirements.txt /tmp/requirements.txt
# Every package comes as a wheel: no compiler is needed, here or later.
RUN /opt/workbench/bin/pip install --no-cache-dir --no-compile --only-binary=:all: \
    -r /tmp/requirements.txt

FROM python:3.11-slim
RUN useradd --system --uid 10001 --home-dir /var/lib/workbench --create-home workbench
COPY --from=build /opt/workbench /opt/workbench
COPY manage.py CHANGELOG.md LICENSE /srv/workbench/
COPY workbench /srv/workbench/workbench
COPY templates /srv/workbench/templates
COPY static /srv/workbench/static
ENV PATH=/opt/workbench/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    HOST=0.0.0.0 \
    PORT=8000 \
    WORKBENCH_DATA_DIR=/var/lib/workbench \
    WORKBENCH_STATIC_DIR=/srv/static
WORKDIR /srv/workbench
# The secrets of this line sign and seal nothing: they end with it.
RUN mkdir /srv/static && chown workbench /srv/static && \
    SECRET_KEY=only-for-collecting-static-files ENCRYPTION_KEY=only-for-collecting-static-files \
    SITE_URL=http://localhost python manage.py collectstatic --no-input --verbosity 0
USER workbench
EXPOSE 8000
VOLUME /var/lib/workbench
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=5s --start-period=40s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://localhost:8000/health/', timeout=4)"]
CMD ["python", "manage.py", "serve"]
