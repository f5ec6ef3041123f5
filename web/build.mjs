// Copies what browsers need from node_modules to web/dist, where embed.go takes it from.
import { copyFile, mkdir } from "node:fs/promises";

const files = {
  "node_modules/htmx.org/dist/htmx.min.js": "web/dist/htmx.min.js",
};

await mkdir("web/dist", { recursive: true });
for (const [from, to] of Object.entries(files)) {
  await copyFile(from, to);
}
