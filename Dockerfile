# docs/container.md says how to build, run and probe this image.
# To pin the base: --build-arg NODE_IMAGE=node:24-trixie-slim@sha256:<digest>
ARG NODE_IMAGE=node:24-trixie-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# No dependency needs its install scripts, so none of them runs code here.
RUN --mount=type=cache,target=/root/.npm npm ci --ignore-scripts
COPY tsconfig.json tsconfig.build.json ./
COPY src src
# Source maps are for NODE_OPTIONS=--enable-source-maps; nothing reads type declarations at run time.
RUN node node_modules/typescript/bin/tsc -p tsconfig.build.json --declaration false \
    && chmod +x dist/cli/main.js
RUN npm prune --omit=dev --ignore-scripts

FROM ${NODE_IMAGE}
WORKDIR /app
# The package managers of the base are of no use here. Both directories belong to root but for the state's.
RUN rm -rf /usr/local/lib/node_modules /usr/local/bin/npm /usr/local/bin/npx /usr/local/bin/corepack \
        /usr/local/bin/yarn /usr/local/bin/yarnpkg /opt/yarn-* \
    && ln -s /app/dist/cli/main.js /usr/local/bin/login-stream \
    && install -d -o 1000 -g 1000 -m 0750 /var/lib/login-stream
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY schemas schemas
COPY NOTICE deploy/healthcheck.mjs ./

ENV NODE_ENV=production \
    HTTP_HOST=0.0.0.0 \
    HTTP_PORT=3000 \
    STATE_DIR=/var/lib/login-stream
EXPOSE 3000
# The only path that the service writes to: everything else can be mounted read-only.
VOLUME /var/lib/login-stream
# A number, so that Kubernetes can tell that it is not root.
USER 1000:1000

HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 CMD ["node", "/app/healthcheck.mjs"]
ENTRYPOINT ["node", "/app/dist/main.js"]

ARG REVISION=unknown
LABEL org.opencontainers.image.title="login-stream" \
      org.opencontainers.image.description="Turns a Kafka topic of raw user logins into validated, enriched, privacy-safe, analysed records, exactly once." \
      org.opencontainers.image.version="0.1.0" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.base.name="docker.io/library/node:24-trixie-slim"
