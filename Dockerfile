# docker build -t aem-ims-lint . && docker run --rm -v "$PWD:/project:ro" aem-ims-lint check .
# docker build --target shell -t aem-ims-lint:shell .    the same with a shell, for GitLab and Jenkins
FROM rust:1.95-alpine AS build
RUN apk add --no-cache musl-dev gcc make cmake
WORKDIR /source
COPY . .
ARG COMMIT=
RUN AEM_IMS_LINT_COMMIT="$COMMIT" cargo build --locked --profile dist && strip target/dist/aem-ims-lint

# CI systems that run their own shell commands in the container need a shell, and no entry point.
FROM alpine:3.22 AS shell
RUN apk add --no-cache bash git jq
COPY --from=build /source/target/dist/aem-ims-lint /usr/local/bin/aem-ims-lint
WORKDIR /project
CMD ["aem-ims-lint", "check", "."]

FROM scratch
COPY --from=build /source/target/dist/aem-ims-lint /aem-ims-lint
USER 65532:65532
WORKDIR /project
ENTRYPOINT ["/aem-ims-lint"]
CMD ["check", "."]
