// Builds app/web/static/built (or the given folder): style sheets from styles/, scripts from
// scripts/, third-party files, and manifest.json, which maps each name to the file with its
// content's hash. Pages load the files directly in styles/ (without a leading _) and scripts/.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, parse, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";
import * as sass from "sass";

const here = dirname(fileURLToPath(import.meta.url));
const modules = join(here, "..", "..", "..", "node_modules");
const target = resolve(process.argv[2] ?? join(here, "..", "static", "built"));
const leaflet = join(modules, "leaflet", "dist");
// Browsers of 2019's phones; docs/front-end.md says why.
const syntax = "es2019";
const manifest = {};

function put(name, content) {
  const { name: stem, ext } = parse(name);
  const hash = createHash("sha256").update(content).digest("hex").slice(0, 12);
  manifest[name] = `${stem}.${hash}${ext}`;
  writeFileSync(join(target, manifest[name]), content);
}

function entryFiles(folder, extension) {
  const names = readdirSync(join(here, folder)).sort();
  return names.filter((name) => name.endsWith(extension) && !name.startsWith("_"));
}

function compileStyles(file) {
  const options = { style: "compressed", sourceMap: false, quietDeps: true, loadPaths: [modules] };
  return `${sass.compile(join(here, "styles", file), options).css}\n`;
}

// One self-contained classic script for each entry, so that browsers without modules run it.
function bundleScript(file) {
  const { outputFiles } = esbuild.buildSync({
    entryPoints: [join(here, "scripts", file)],
    bundle: true,
    charset: "utf8",
    format: "iife",
    logLevel: "warning",
    minify: true,
    target: syntax,
    write: false,
  });
  return outputFiles[0].text;
}

// Images get hashed names too, so the style sheet must use those.
function withHashedImages(sheet) {
  return sheet.replace(/url\((["']?)images\/([^"')]+)\1\)/g, (_, __, file) => {
    const name = `leaflet-${file}`;
    if (!manifest[name]) put(name, readFileSync(join(leaflet, "images", file)));
    return `url(${manifest[name]})`;
  });
}

function withoutSourceMap(script) {
  return script.replace(/\n\/\/# sourceMappingURL=.*\s*$/, "\n");
}

rmSync(target, { recursive: true, force: true });
mkdirSync(target, { recursive: true });
for (const file of entryFiles("styles", ".scss")) {
  put(`${parse(file).name}.css`, compileStyles(file));
}
for (const file of entryFiles("scripts", ".js")) put(file, bundleScript(file));
put("htmx.min.js", readFileSync(join(modules, "htmx.org", "dist", "htmx.min.js")));
put("leaflet.js", withoutSourceMap(readFileSync(join(leaflet, "leaflet.js"), "utf8")));
put("leaflet.css", withHashedImages(readFileSync(join(leaflet, "leaflet.css"), "utf8")));
// Written last: once it exists, all other files do.
writeFileSync(join(target, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
