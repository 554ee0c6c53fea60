#!/usr/bin/env bash
# Prints the software bill of materials of a built program, as CycloneDX 1.5 (ECMA-424): every Debian package whose shared
# library the program loads, with the hash of the file that is loaded, and every one whose headers or static library were
# compiled into it (from the build's own list of dependencies).
# Usage: sbom.sh BUILD_FOLDER PROGRAM VERSION
set -euo pipefail
export LC_ALL=C
build=$1 program=$2 version=$3
architecture=$(dpkg --print-architecture)
release=$(. /etc/os-release && printf '%s-%s' "$ID" "${VERSION_ID:-unknown}")

# FILE... -> "PACKAGE<tab>FILE". dpkg knows files of the merged /usr by either name.
packages_of() {
  local file
  for file in "$@"; do printf '%s\n%s\n' "$file" "${file#/usr}"; done |
    { xargs -r dpkg -S 2>/dev/null || true; } |
    sed -nE 's/^([^:, ]+)(:[a-z0-9]+)?: (\/usr)?(.*)$/\1\t\/usr\4/p' | sort -u
}

libraries() { ldd "$program" | sed -nE 's/^.* => (\/[^ ]+) .*$/\1/p; s/^\s*(\/[^ ]+) \(.*$/\1/p' | xargs -r realpath | sort -u; }

compiled_in() {  # headers of our objects, not of tests'; static libraries of the program's link line
  ninja -C "$build" -t deps 2>/dev/null | awk '/^[^ ]/ { ours = /^CMakeFiles\/jangkau/ } ours && /^    \// { print $1 }'
  ninja -C "$build" -t commands jangkau 2>/dev/null | tail -1 | grep -oE '/usr/[^ ]+\.a' || true
}

licence() {  # PACKAGE: the first of its copyright file, where that is machine-readable
  awk '/^License: */ { print $2; exit }' "/usr/share/doc/$1/copyright" 2>/dev/null || true
}

component() {  # PACKAGE SCOPE_NOTE [FILE]
  local package=$1 how=$2 file=${3:-} installed licence hashes='' named=''
  installed=$(dpkg-query -W -f '${Version}' "$package" 2>/dev/null || dpkg-query -W -f '${Version}' "$package:$architecture")
  licence=$(licence "$package")
  if [ -n "$file" ]; then
    hashes="\"hashes\": [{\"alg\": \"SHA-256\", \"content\": \"$(sha256sum "$file" | cut -d ' ' -f 1)\"}], "
    named=", {\"name\": \"jangkau:file\", \"value\": \"${file##*/}\"}"
  fi
  printf '    {"type": "library", "bom-ref": "%s/%s", "name": "%s", "version": "%s", ' "$how" "$package${file:+/${file##*/}}" "$package" "$installed"
  [ -z "$licence" ] || printf '"licenses": [{"license": {"name": "%s"}}], ' "$licence"
  printf '%s"purl": "pkg:deb/debian/%s@%s?arch=%s&distro=%s", ' "$hashes" "$package" "${installed//+/%2B}" "$architecture" "$release"
  printf '"properties": [{"name": "jangkau:how", "value": "%s"}%s]}' "$how" "$named"
}

components() {
  local file package
  mapfile -t loaded < <(libraries)
  declare -A owner
  while IFS=$'\t' read -r package file; do owner[$file]=$package; done < <(packages_of "${loaded[@]}")
  for file in "${loaded[@]}"; do
    [ -n "${owner[$file]:-}" ] || { echo "sbom.sh: no package owns $file" >&2; return 1; }
    component "${owner[$file]}" loaded "$file"; printf ',\n'
  done
  mapfile -t compiled < <(compiled_in | xargs -r realpath | grep ^/usr/ | sort -u)
  for package in $(packages_of "${compiled[@]}" | cut -f 1 | sort -u); do component "$package" compiled-in; printf ',\n'; done
}

printf '{\n  "bomFormat": "CycloneDX",\n  "specVersion": "1.5",\n  "version": 1,\n'
printf '  "metadata": {"component": {"type": "application", "bom-ref": "jangkau", "name": "jangkau", "version": "%s", ' "$version"
printf '"hashes": [{"alg": "SHA-256", "content": "%s"}]}},\n' "$(sha256sum "$program" | cut -d ' ' -f 1)"
printf '  "components": [\n'
components | sed '$ s/,$//'
printf '  ]\n}\n'
