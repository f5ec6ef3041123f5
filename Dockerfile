# Assets, program, image. The image holds one static program, no shell, and no
# root: probe it from outside, /healthz answers when it lives, /readyz when it
# can serve.
FROM node:24-slim AS assets
WORKDIR /src
COPY package.json package-lock.json ./
RUN npm ci --omit=dev
COPY web ./web
RUN npm run build

FROM golang:1.26 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
COPY --from=assets /src/web/dist ./web/dist
RUN CGO_ENABLED=0 go build -trimpath -ldflags="-s -w" -o /copil ./cmd/copil

FROM gcr.io/distroless/static-debian12:nonroot
COPY --from=build /copil /copil
ENV COPIL_LISTEN=:8080
EXPOSE 8080
ENTRYPOINT ["/copil"]
CMD ["serve"]
