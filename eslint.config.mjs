// Rules for the scripts of pages and for the build. Formatting is left to the author but for the
// length of lines.
import js from "@eslint/js";
import globals from "globals";

export default [
  { ignores: ["app/web/static/", ".venv/", "instance/"] },
  js.configs.recommended,
  {
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      complexity: ["error", 10],
      curly: ["error", "multi-line"],
      eqeqeq: "error",
      "max-len": ["error", { code: 100, ignoreUrls: true }],
      "max-lines": ["error", 150],
      "max-lines-per-function": ["error", 40],
      "max-params": ["error", 4],
      "no-else-return": "error",
      "no-implicit-globals": "error",
      "no-param-reassign": "error",
      "no-return-assign": "error",
      "no-shadow": "error",
      "no-use-before-define": "error",
      "no-var": "error",
      "object-shorthand": "error",
      "prefer-const": "error",
      "prefer-template": "error",
    },
  },
  {
    files: ["app/web/assets/scripts/**/*.js"],
    languageOptions: { globals: globals.browser },
    rules: {
      // Newer than the browsers that the build's syntax is for (docs/front-end.md).
      "no-restricted-properties": [
        "error",
        ...["at", "findLast", "hasOwn", "replaceAll", "replaceChildren", "structuredClone"].map(
          (property) => ({ property, message: "Browsers of 2019 do not have it." }),
        ),
      ],
    },
  },
  // Leaflet is a script of its own: its address stays the same when ours change.
  { files: ["app/web/assets/scripts/map/*.js"], languageOptions: { globals: { L: "readonly" } } },
  {
    files: ["app/web/assets/scripts/service_worker.js"],
    languageOptions: { globals: globals.serviceworker },
  },
  { files: ["**/*.mjs"], languageOptions: { globals: globals.node } },
];
