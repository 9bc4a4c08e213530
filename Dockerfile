# What serves, with the models that ./run train has built: docs/deploy.md.
FROM python:3.13-slim-bookworm AS packages
WORKDIR /build
COPY requirements.txt .
RUN python -m venv /packages && /packages/bin/pip install --no-cache-dir --require-hashes --requirement requirements.txt

FROM python:3.13-slim-bookworm
RUN useradd --system --uid 10001 --no-create-home recommender \
    && install --directory --owner recommender --mode 0700 /state
COPY --from=packages /packages /packages
WORKDIR /recommender
COPY . .
ENV PATH=/packages/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    OPENBLAS_NUM_THREADS=1 \
    MALLOC_ARENA_MAX=1 \
    MALLOC_MMAP_THRESHOLD_=4194304 \
    MALLOC_TRIM_THRESHOLD_=16777216 \
    STATE_DIR=/state
USER 10001
VOLUME /state
# uwsgi.ini has 127.0.0.1:8000, which no other container reaches.
EXPOSE 8080
# While a database hangs, the answer may wait for a thread for six seconds.
HEALTHCHECK --start-period=30s --timeout=15s CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8000/healthz', timeout=10)"]
CMD ["uwsgi", "--ini", "uwsgi.ini", "--http-socket", "0.0.0.0:8080"]
