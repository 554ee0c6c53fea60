// Reads numbers, one a line, and answers each with a line: "-" where libphonenumber knows no valid
// number, else E.164, country and kind, such as "+628123456789 ID MOBILE".
// The packages are in JANGKAU_TEST_TOOLS/node_modules, or beside this file.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';

const tools = process.env.JANGKAU_TEST_TOOLS;
const require = createRequire(tools ? resolve(tools, 'packages') : import.meta.url);
const { parsePhoneNumberFromString } = require('libphonenumber-js/max');

const lines = readFileSync(0, 'utf8').split('\n');
lines.pop();
const answers = lines.map((line) => {
  const number = parsePhoneNumberFromString(line, 'ID');
  if (!number?.isValid()) return '-';
  return `${number.number} ${number.country ?? '-'} ${number.getType() ?? '-'}`;
});
process.stdout.write(answers.map((answer) => `${answer}\n`).join(''));
