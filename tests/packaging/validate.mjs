// Reads a CycloneDX JSON document on standard input; prints what is wrong with it, and exits 1, or nothing.
import { Spec, Validation } from "@cyclonedx/cyclonedx-library";
import { text } from "node:stream/consumers";

const document = await text(process.stdin);
const version = Spec.Version[`v${JSON.parse(document).specVersion.replace(".", "dot")}`];
const wrong = await new Validation.JsonStrictValidator(version).validate(document);
if (wrong !== null) {
  console.log(JSON.stringify(wrong, null, 1));
  process.exit(1);
}
