# docker build -t aem-ims-lint . && docker run --rm -v "$PWD:/project:ro" aem-ims-lint check .
FROM rust:1.95-alpine AS build
RUN apk add --no-cache musl-dev gcc make cmake
WORKDIR /source
COPY . .
ARG COMMIT=
RUN AEM_IMS_LINT_COMMIT="$COMMIT" cargo build --locked --profile dist && strip target/dist/aem-ims-lint

FROM scratch
COPY --from=build /source/target/dist/aem-ims-lint /aem-ims-lint
USER 65532:65532
WORKDIR /project
ENTRYPOINT ["/aem-ims-lint"]
CMD ["check", "."]
