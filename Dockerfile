# Program, image. The image holds one static program, no shell, and no
# root: probe it from outside, /healthz answers when it lives, /readyz when it
# can serve.
FROM golang:1.26 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN CGO_ENABLED=0 go build -trimpath -ldflags="-s -w" -o /copil ./cmd/copil

FROM gcr.io/distroless/static-debian12:nonroot
COPY --from=build /copil /copil
ENV COPIL_LISTEN=:8080
EXPOSE 8080
ENTRYPOINT ["/copil"]
CMD ["serve"]
