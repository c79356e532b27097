#!/bin/sh
# drift.sh LUAJIT SOURCE_DIR OUT_DIR: the committed generated files are what the schema gives.
set -eu
luajit=$1 source=$2 out=$3

rm -rf "$out"
"$luajit" "$source/sdk/schema/generate.lua" "$out"
wrong=0
for file in $(cd "$out" && find . -type f | sort); do
    diff -u "$source/$file" "$out/$file" || wrong=1
done
for file in "$source"/runtime/model/generated/*; do
    if [ ! -e "$out/runtime/model/generated/${file##*/}" ]; then
        echo "$file: nothing generates it any more"
        wrong=1
    fi
done
if [ "$wrong" -ne 0 ]; then
    echo "run: luajit sdk/schema/generate.lua ."
fi
exit "$wrong"
