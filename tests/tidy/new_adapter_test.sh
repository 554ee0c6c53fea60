#!/usr/bin/env bash
# `./dev new-adapter` in a copy: every place is written, what is written compiles, and what is wrong is refused whole.
# Arguments: the compiler and its flags. Needs neither network nor build.
set -euo pipefail
cd "$(dirname "$0")/../.."

copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
tar -cf - .clang-format CMakeLists.txt dev adapters gateway/core config docs/adapters tests/adapters | tar -xf - -C "$copy"
cd "$copy"

failures=0
complain() { echo "new_adapter_test: $*"; failures=$((failures + 1)); }
has() { grep -qxF -- "$2" "$1" || complain "$1 has no line: $2"; }
everything() { find . -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum; }
refused() {
  local why=$1 before output
  shift
  before=$(everything)
  if output=$(./dev new-adapter "$@" 2>&1); then complain "was not refused: new-adapter $*"; fi
  [[ $output == *"$why"* ]] || complain "new-adapter $*: expected \"$why\", got: $output"
  [ "$before" = "$(everything)" ] || complain "was refused and changed something: new-adapter $*"
}

# First, last and between the others.
for name in aaa contoh zzz; do
  output=$(./dev new-adapter "$name" 2>&1) || complain "new-adapter $name: $output"
  [ "$(grep -c '^  [1-4]\. ' <<<"$output")" = 4 ] || complain "does not tell the next four steps: $output"
done

has docs/adapters/contoh.md '## Settings'
has docs/adapters/contoh.md '## How sure this is'
has docs/adapters/contoh.md 'channels:'
has tests/adapters/contoh/settings.txt 'channel    contoh'
has config/jangkau.yaml '  contoh:'
has config/jangkau.yaml '    api_key: ${CONTOH_API_KEY:-none}  # for sending; without api_key and sender it receives only'
has CMakeLists.txt '  adapters/contoh.cpp'
has CMakeLists.txt '  adapters/zzz.cpp)'
sed -n '/^add_library(jangkau_adapters/,/)$/p' CMakeLists.txt | grep '^  adapters/' | tr -d ')' | LC_ALL=C sort -c ||
  complain "CMakeLists.txt: jangkau_adapters is not sorted"
[ "$(sed -n '/^channels:/,/^[^ c]/p' config/jangkau.yaml | grep -cxE '  (aaa|contoh|zzz):')" = 3 ] ||
  complain "config/jangkau.yaml: not among the channels"
[ "$(grep -cE 'make_(aaa|contoh|zzz)(_aggregator)?\(' adapters/providers.hpp)" = 6 ] ||
  complain "adapters/providers.hpp: six functions were expected"
if grep -rn '@[nN][aA][mM][eE]@' --exclude-dir=beginnings . --include='*.cpp' --include='*.hpp' --include='*.md' --include='*.txt' --include='*.yaml'; then
  complain "a placeholder is left"
fi
# The registry proves at compile time that it is sorted.
for source in adapters/contoh.cpp adapters/registry.cpp; do
  "$@" -Werror -fsyntax-only -I. "$source" || complain "$source does not compile"
done
! command -v clang-format >/dev/null || clang-format --dry-run -Werror adapters/{aaa,contoh,zzz,registry}.cpp adapters/providers.hpp ||
  complain "clang-format would change what was written"

refused 'adapters/contoh.cpp is there already' contoh
refused 'adapters/twilio.cpp is there already' twilio
for bad in Contoh 8x8 con-toh con_toh ../contoh '' 'contoh lagi' 'a.b'; do refused 'takes one name' "$bad"; done
refused 'takes one name'
refused 'takes one name' lagi lain
refused 'there is another Settings' settings
refused 'there is another Status' status

# Where a place is not found nothing is written, not even what comes before it.
for file in adapters/registry.cpp adapters/providers.hpp CMakeLists.txt config/jangkau.yaml; do
  cp "$file" kept
  grep -vE '^(constexpr Entry kEntries|}  // namespace jangkau::adapters|add_library\(jangkau_adapters|channels:)' kept >"$file"
  refused "$file: found no place for lagi" lagi
  mv kept "$file"
done

[ "$failures" = 0 ] || { echo "$failures failures"; exit 1; }
