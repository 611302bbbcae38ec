// Definitions under asl-validator. Reads {name: definition} from stdin, writes {name: the faults, as text} to stdout.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const loaded = createRequire(`${process.cwd()}/`)("asl-validator");
const validate = loaded.default ?? loaded;

const faults = {};
for (const [name, definition] of Object.entries(JSON.parse(readFileSync(0, "utf8")))) {
  // What is still to be substituted, `${Partition}`, is no ARN yet.
  const checkArn = !JSON.stringify(definition).includes("${");
  const { isValid, errorsText } = validate(definition, { checkPaths: true, checkArn });
  faults[name] = isValid ? "" : errorsText("\n");
}
process.stdout.write(JSON.stringify(faults));
