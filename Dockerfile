# The compiler runs on the builder's platform whatever the target is.
FROM --platform=$BUILDPLATFORM golang:1.26.8-bookworm AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
ARG TARGETOS
ARG TARGETARCH
# Version control is left out, so that two builds of the same files are the same bytes.
RUN CGO_ENABLED=0 GOOS=$TARGETOS GOARCH=$TARGETARCH \
    go build -trimpath -buildvcs=false -ldflags="-s -w" -o /out/verbatim ./cmd/verbatim && mkdir /out/data
# What the binary is made of, read out of it.
RUN go run github.com/CycloneDX/cyclonedx-gomod/cmd/cyclonedx-gomod@v1.10.0 bin -json -output /out/sbom.cdx.json /out/verbatim

FROM scratch
LABEL org.opencontainers.image.title="Verbatim" \
      org.opencontainers.image.description="Answers questions in Slack from your own documents, quoted word for word" \
      org.opencontainers.image.licenses="Apache-2.0"
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /out/verbatim /out/sbom.cdx.json /
# A new volume takes over the owner of the folder it covers. 65532 is the number that
# images without a user list use for "nonroot".
COPY --from=build --chown=65532:65532 /out/data /data
USER 65532:65532
ENV VERBATIM_DATA=/data TMPDIR=/data
VOLUME /data
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 CMD ["/verbatim", "health"]
ENTRYPOINT ["/verbatim"]
CMD ["serve"]
