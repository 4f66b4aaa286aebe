#!/bin/bash
# The experiments of plan.md, "What contradicts", one after another, each into a folder below OUT.
#
#   results/evidence/experiments.sh OUT A1 [NAME...]
#
# OUT/training has the trainings, OUT/NAME the values of each image that srbench measured; A1 is the output folder of run
# A1 of the plan, whose weights `equals` takes. Killed, the same command goes on; what is there isn't made again. An
# experiment that fails, or lacks the weights of A1, is passed over and tried again behind the others.
set -uo pipefail
out=$1 a1=$2
shift 2
here=$(cd "$(dirname "$0")/../.." && pwd)
: "${SRBENCH:=python -m srbench}"
export OMP_NUM_THREADS=1

# train LABEL RECIPE PHASE SEED [SETTING...]: train at `quick`, and put the weights at $folder/LABEL.safetensors
train() {
    local label=$1 recipe=$2 phase=$3 seed=$4
    shift 4
    local settings=()
    for setting in "$@"; do settings+=(--set "$setting"); done
    [ -s "$folder/$label.safetensors" ] && return
    $SRBENCH train --recipe "$recipe" --phase "$phase" --profile quick --seed "$seed" "${settings[@]}" --resume \
        --device cpu --precision "${precision:-auto}" --samples "${samples:-0}" --out "$out" --json > "$folder/$label.json.part" || return 1
    mv "$folder/$label.json.part" "$folder/$label.json"
    weights=$(python -c 'import json, sys; print(json.load(sys.stdin)["weights"])' < "$folder/$label.json") || return 1
    cp "$weights" "$folder/$label.safetensors.part" && mv "$folder/$label.safetensors.part" "$folder/$label.safetensors"
}

# measure NAME PLACES MODEL:LABEL...: the values of each image, the first network beside each of the others
measure() {
    local target=$folder/$1.values.json places=$2 methods=()
    shift 2
    [ -s "$target" ] && return
    for pair in "$@"; do methods+=(--method "${pair%:*}" --weights "$folder/${pair##*:}.safetensors"); done
    # shellcheck disable=SC2086
    $SRBENCH compare "${methods[@]}" $places --device cpu --per-image --json > "$target.part" && mv "$target.part" "$target"
}

photographs="--datasets Set14,B100,Photographs-test --scales 4 --protocol esrgan-gan --metrics"
cnn=esrgan-cnn-2-reduced

# RCAN* with another seed of its own as an ensemble of equals: the weights of run A1, and those of seed 0, which ship
equals() {
    local star=gpnas-rcan-star-reduced seed file
    for seed in 3 4; do
        file=$(ls "$a1"/training/$star-x4-train-x4-quick-seed$seed-*/weights.safetensors) || return 1
        [ -s "$(dirname "$file")/card.json" ] || return 1
        cp "$file" "$folder/seed$seed.safetensors"
    done
    cp "$here/plugins/gpnas-ensemble/srbench_gpnas_ensemble/weights/$star-x4.safetensors" "$folder/seed0.safetensors"
    for pair in 0-3 0-4 3-4; do
        python "$here/benchmarks/pair.py" "$folder/seed${pair%-*}.safetensors" "$folder/seed${pair#*-}.safetensors" \
            "$folder/pair$pair.safetensors" || return 1
        measure "pair$pair" "--datasets Real-like --scales 4 --protocol rgb --metrics psnr" \
            "$here/benchmarks/pair.py:Pair:pair$pair" "$star:seed${pair%-*}" "$star:seed${pair#*-}" || return 1
    done
}

# L1 and L2 each at the learning rate of quick (1e-3), a third of it, and three times as much
rates() {
    local networks=()
    for loss in l1 l2; do
        local recipe=esrgan-cnn-2-100-reduced
        [ $loss = l2 ] && recipe=esrgan-cnn-2-l2-100-reduced
        train $loss $recipe $loss 0 || return 1
        train $loss-third $recipe $loss 0 $loss.budget.learning_rate=0.00033333 || return 1
        train $loss-thrice $recipe $loss 0 $loss.budget.learning_rate=0.003 || return 1
        networks+=($cnn:$loss $cnn:$loss-third $cnn:$loss-thrice)
    done
    measure seed0 "$photographs psnr" "${networks[@]}"
}

# the perceptual loss before the activation at 10 and at 100 times its weight of 0.006
vgg() {
    train cnn $cnn l1 0 || return 1
    train ten esrgan-gan-pre-reduced gan 0 gan.losses.vgg.weight=0.06 || return 1
    train hundred esrgan-gan-pre-reduced gan 0 gan.losses.vgg.weight=0.6 || return 1
    measure seed0 "$photographs psnr,lpips" $cnn:cnn $cnn:ten $cnn:hundred
}

# the GAN against collapse without its adversary, and with ten times its weight of 1e-3
adversary() {
    for seed in 0 1 2; do
        train none$seed esrgan-gan-remedy-reduced gan $seed gan.adversary.weight=0 || return 1
        train strong$seed esrgan-gan-remedy-reduced gan $seed gan.adversary.weight=0.01 || return 1
        measure seed$seed "$photographs psnr,lpips" $cnn:strong$seed $cnn:none$seed || return 1
    done
}

# the dual loss without turns
simultaneous() {
    for seed in 0 1 2; do
        train cnn$seed $cnn l1 $seed || return 1
        train both$seed esrgan-gan-simultaneous-reduced gan $seed || return 1
        measure seed$seed "$photographs psnr,lpips" $cnn:both$seed $cnn:cnn$seed || return 1
    done
}

# dual and triad loss over a GAN phase of four times the steps: at its end, and on the validation images on the way
longer() {
    local samples=100 step images sr loss
    for loss in dual triad; do
        local recipe=esrgan-gan-reduced
        [ $loss = triad ] && recipe=esrgan-gan-triad-reduced
        train $loss $recipe gan 0 gan.budget.steps=4800 || return 1
        weights=$(python -c 'import json, sys; print(json.load(sys.stdin)["weights"])' < "$folder/$loss.json")
        for image in "$(dirname "$weights")"/samples/*/; do
            for file in "$image"step-*.png "$image"HR.png; do
                step=$(basename "$file" .png)
                mkdir -p "$folder/images/$loss-$step"
                cp "$file" "$folder/images/$loss-$step/$(basename "$image").png"
            done
        done
        for images in "$folder/images/$loss-step-"*; do
            sr=$(basename "$images")
            [ -s "$folder/$sr.score.json" ] && continue
            $SRBENCH score "$images" "$folder/images/$loss-HR" --scales 4 --protocol esrgan-gan --metrics psnr,lpips \
                --device cpu --per-image --json > "$folder/$sr.score.part" || return 1
            mv "$folder/$sr.score.part" "$folder/$sr.score.json"
        done
    done
    measure seed0 "$photographs psnr,lpips" $cnn:dual $cnn:triad
}

# Runge-Kutta, Euler and VDSR+t at four times the steps
solvers() {
    for seed in 0 1 2; do
        for model in vdsr-ivp vdsr-ivp-euler vdsr-t; do
            train $model$seed $model-reduced train $seed train.budget.steps=8000 || return 1
        done
        measure seed$seed "--datasets B100 --scales 1.1,2 --protocol ode-ivp --metrics psnr" \
            vdsr-ivp-reduced:vdsr-ivp$seed vdsr-ivp-euler-reduced:vdsr-ivp-euler$seed vdsr-t-reduced:vdsr-t$seed || return 1
    done
}

# 2, 10 and 15 RRDBs at four times the steps
depth() {
    for seed in 0 1 2; do
        for blocks in 2 10 15; do
            train rrdb$blocks-$seed esrgan-cnn-$blocks-reduced l1 $seed l1.budget.steps=4800 || return 1
        done
        measure seed$seed "$photographs psnr,lpips" \
            $cnn:rrdb2-$seed esrgan-cnn-10-reduced:rrdb10-$seed esrgan-cnn-15-reduced:rrdb15-$seed || return 1
    done
}

# 2 RRDBs in float32 and with bfloat16: the precision isn't part of a training's key, so each has an output folder of its own
precision() {
    for seed in 0 1 2; do
        out=$folder/bf16-mixed precision=bf16-mixed train bfloat$seed $cnn l1 $seed || return 1
        out=$folder/32-true precision=32-true train float$seed $cnn l1 $seed || return 1
        measure seed$seed "$photographs psnr,lpips" $cnn:float$seed $cnn:bfloat$seed || return 1
    done
}

wanted=("$@")
[ ${#wanted[@]} -gt 0 ] || wanted=(equals rates vgg adversary simultaneous longer solvers depth precision)
failed=()
for round in 1 2; do
    [ $round = 2 ] && wanted=("${failed[@]}") && failed=()
    for name in "${wanted[@]}"; do
        folder=$out/$name
        mkdir -p "$folder"
        [ -e "$folder/done" ] && continue
        echo "== $(date -u +%H:%M:%S) $name"
        if "$name"; then touch "$folder/done"; else failed+=("$name"); fi
        echo "== $(date -u +%H:%M:%S) $name: $([ -e "$folder/done" ] && echo done || echo failed)"
    done
done
[ ${#failed[@]} -eq 0 ]
