// Rules for the style sheets.
export default {
  extends: "stylelint-config-standard-scss",
  rules: {
    "max-nesting-depth": 3,
    // Browsers of 2019 know no ranges in media queries.
    "media-feature-range-notation": "prefix",
    // Safari selects text on a long press without the prefix.
    "property-no-vendor-prefix": [true, { ignoreProperties: ["-webkit-user-select"] }],
    // Kebab case, and the names of GOV.UK Frontend.
    "selector-class-pattern": "^(govuk(-[a-z]+)+((__|--)[a-z0-9-]+)*|[a-z][a-z0-9]*(-[a-z0-9]+)*)$",
    "value-keyword-case": ["lower", { ignoreKeywords: ["A4"] }],
  },
};
