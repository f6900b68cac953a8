# Runs one pipeline and ends:
#   docker build -t framewright .
#   docker run --rm --init -v "$PWD/data:/data" framewright pipelines/motogp.yaml --set frames=/data/frames --store /data/store
#
# The base is pinned by exact version. To pin it by content too, append the digest that `docker pull` prints.
# Debian, not Alpine: the image library is built against glibc. This is also the version that `.ci/run` uses.
ARG DENO_VERSION=2.9.6

FROM denoland/deno:debian-${DENO_VERSION} AS packages
ENV DENO_DIR=/deno-dir
WORKDIR /app
COPY deno.json deno.lock ./
RUN ["deno", "install", "--frozen"]

FROM denoland/deno:debian-${DENO_VERSION}
LABEL org.opencontainers.image.title="Framewright" \
      org.opencontainers.image.licenses="MIT"
ENV DENO_DIR=/deno-dir \
    DENO_NO_UPDATE_CHECK=1 \
    NO_COLOR=1
WORKDIR /app
# For videos, and for the example of a program in another language.
RUN apt-get update && apt-get install -y --no-install-recommends ffmpeg python3 && rm -rf /var/lib/apt/lists/*
# The code belongs to root, so that the process cannot change it; the cache and the default store to the user.
COPY --from=packages --chown=deno:deno /deno-dir /deno-dir
COPY deno.json deno.lock main.ts ./
COPY runtime ./runtime
COPY sources ./sources
COPY plugins ./plugins
COPY pipelines ./pipelines
COPY examples ./examples
RUN install -d -o deno -g deno /app/.framewright /data
USER deno
# Proves that the image is complete, and fills the cache of compiled code.
RUN ["deno", "task", "--quiet", "check", "pipelines/motogp.yaml"]
VOLUME ["/data"]
ENTRYPOINT ["deno", "task", "--quiet", "run"]
CMD ["--help"]
