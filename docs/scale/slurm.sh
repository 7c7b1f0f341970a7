#!/bin/bash
# One job of Slurm: a scheduler of Dask on its first node, a `grader worker` on each, the class on the first.
#
#   sbatch docs/scale/slurm.sh class.zip
#
# Everything it names lies on a disk that all nodes see: the environment, the course with its salt, the class, and
# the three files for TLS. More nodes, or a second job of workers alone, may come later: they join by themselves.
#SBATCH --job-name=grading
#SBATCH --nodes=4
#SBATCH --ntasks-per-node=1
#SBATCH --cpus-per-task=16
#SBATCH --mem=48G
#SBATCH --time=08:00:00
set -euo pipefail

class=${1:?usage: sbatch slurm.sh CLASS}
course=${COURSE:-$PWD/course}
tls=${TLS:-$PWD/tls}
out=${OUT:-$PWD/reports}
isolation=${ISOLATION:-full}
port=${PORT:-8786}
address="tls://$(hostname --ip-address | cut -d' ' -f1):$port"
files=(--tls-ca "$tls/ca.pem" --tls-cert "$tls/own.pem" --tls-key "$tls/own.key")

# No dashboard: whoever can reach it can look at the class.
dask scheduler --protocol tls --port "$port" --no-dashboard \
  --tls-ca-file "$tls/ca.pem" --tls-cert "$tls/own.pem" --tls-key "$tls/own.key" &
scheduler=$!
# One processor of the first node is for the scheduler and for this command, which writes the reports.
srun --nodes="$SLURM_JOB_NUM_NODES" --ntasks-per-node=1 --overlap \
  grader worker --scheduler "$address" "${files[@]}" --course "$course" --isolation "$isolation" \
  --workers "$((SLURM_CPUS_PER_TASK - 1))" &
workers=$!
trap 'kill "$workers" "$scheduler" 2>/dev/null || true; wait || true' EXIT

grader grade "$class" --course "$course" --out "$out" --isolation "$isolation" \
  --scheduler "$address" "${files[@]}"
