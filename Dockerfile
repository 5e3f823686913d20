# Node only runs during the build: it lays the styles and scripts that the binary carries.
FROM node:22-bookworm-slim AS node

FROM golang:1.26-bookworm AS build
COPY --from=node /usr/local/bin/ /usr/local/bin/
COPY --from=node /usr/local/lib/node_modules/ /usr/local/lib/node_modules/
WORKDIR /src

# What changes rarely comes first, so that a change of code downloads nothing again.
COPY go.mod go.sum ./
RUN go mod download

COPY Makefile ./
COPY .ci .ci
COPY static/package.json static/package-lock.json static/.npmrc static/
RUN make static/node_modules/.package-lock.json

COPY . .
# What the program is called: docker build --build-arg VERSION="$(git describe --tags --always)"
ARG VERSION
RUN make build

# An empty folder to become the volume: the last stage has no need of a shell to make one.
RUN mkdir -p data

FROM debian:bookworm-slim
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY --from=build /src/LICENSE /usr/share/doc/timeline/LICENSE
COPY --from=build /src/bin/timeline /usr/local/bin/timeline
COPY --from=build --chown=10001:10001 /src/data /data

USER 10001:10001
WORKDIR /data
VOLUME /data
ENV TIMELINE_DB=/data/timeline.db
ENV TIMELINE_ADDR=0.0.0.0:8080
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 \
    CMD ["/usr/local/bin/timeline", "doctor", "--ready"]
ENTRYPOINT ["/usr/local/bin/timeline"]
CMD ["serve"]
