#!/bin/bash
# Every edge and clause is exercised by a lesson or a unit row, or its absence has a reason.
exec bash "$(dirname "$0")/../cover.sh" --quiet
