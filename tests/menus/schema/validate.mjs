// Validates YAML files against a JSON schema, with the YAML parser and the rules that editors have.
// Arguments: the schema, then files. A line for each file: "good FILE", or "bad FILE" with what is wrong.
import { readFileSync } from 'node:fs';
import Ajv from 'ajv';
import { parse } from 'yaml';

const [schema, ...files] = process.argv.slice(2);
// A type may be one of several in a schema; all other doubtful things are errors.
const validate = new Ajv.default({ strict: true, strictRequired: false, allowUnionTypes: true })
  .compile(JSON.parse(readFileSync(schema, 'utf8')));
for (const file of files) {
  const good = validate(parse(readFileSync(file, 'utf8')));
  const faults = (validate.errors ?? []).map((e) => `${e.instancePath} ${e.message}`);
  process.stdout.write(good ? `good ${file}\n` : `bad ${file} ${faults.join('; ')}\n`);
}
