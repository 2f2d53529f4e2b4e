#!/usr/bin/env bash
# Plants each fault of faults.sh into a copy of the sources and sees its tests go red. With names, only those faults.
#   bash tests/Resilience.Http.Tests/CircuitBreaker/planted-faults/run.sh [fault ...]
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here" && git rev-parse --show-toplevel)
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT

(cd "$root" && git ls-files -z --cached --others --exclude-standard | xargs -0 cp --parents -t "$copy")
cd "$copy"
# Faults are written without regard to style.
options=(-c Release -v q -p:TreatWarningsAsErrors=false -p:EnforceCodeStyleInBuild=false -p:RunAnalyzers=false)
wanted=" $* "
missed=()
planted=0

fault() {
    local name=$1 tests=$2 old=$4 new=$5
    if [[ $# -ne 5 || ( $wanted != "  " && $wanted != *" $name "* ) ]]; then return; fi
    local file; file=$(find src/Resilience.Http/CircuitBreaker -name "$3")
    local sound; sound=$(cat "$file"; echo x)
    local faulty=${sound/"$old"/"$new"}
    if [[ $faulty == "$sound" ]]; then
        echo "STALE   $name: $3 holds no such text"
        missed+=("$name")
        return
    fi

    planted=$((planted + 1))
    printf '%s' "${faulty%x}" > "$file"
    local log=$copy/$name.log
    if ! dotnet build tests/Resilience.Http.Tests "${options[@]}" > "$log" 2>&1; then
        echo "BROKEN  $name: does not compile"
        grep -m 3 error "$log" || true
        missed+=("$name")
        printf '%s' "${sound%x}" > "$file"
        return
    fi

    # A fault is caught by a test that fails or never ends; a run without tests fails too, and catches nothing.
    local status=0 red
    timeout 120 dotnet test --project tests/Resilience.Http.Tests --no-build -c Release --filter-class "*$tests*" > "$log" 2>&1 || status=$?
    red=$(grep -oE 'failed Resilience.Http.Tests.CircuitBreaker.[A-Za-z_.]+' "$log" | sed 's/.*CircuitBreaker\.//' | sort -u | paste -sd ' ' || true)
    if [[ -n $red || $status -eq 124 ]]; then
        echo "caught  $name by ${red:-$tests, which never ended}"
    else
        echo "MISSED  $name by $tests"
        missed+=("$name")
    fi

    printf '%s' "${sound%x}" > "$file"
}

source "$here/faults.sh"
echo "$planted planted, ${#missed[@]} not caught${missed[*]:+: ${missed[*]}}"
(( ${#missed[@]} == 0 ))
