#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""kill.py NNPIPE RUNS [SEED]: kill -9 at random moments, up to four times in one training, each time another number of
threads, with and without a stop and go before it; at the end the bits must be those of the run that was never stopped."""
import os, random, shutil, signal, subprocess, sys, tempfile, time, hashlib, glob
nnpipe = os.path.abspath(sys.argv[1]); runs = int(sys.argv[2]); rnd = random.Random(int(sys.argv[3]) if len(sys.argv) > 3 else 1)
tree = os.path.dirname(nnpipe); env = dict(os.environ, NNPIPE_PLUGIN_PATH=tree + "/plugins")
os.chdir(tempfile.mkdtemp(prefix="kill-")); print("# in", os.getcwd())
open("spiral.yaml", "w").write("""nnpipe: 1
name: spiral
data:
  source: {toy: {kind: spiral, n: 1500, noise: 0.05}}
  split: {train: 0..1249, val: 1250..1499}
  map: [standardize, {noise.gauss: {std: 0.05}, when: train}]
model: [{dense: 32}, tanh, {dropout: 0.2}, batchnorm, {dense: 32}, {noisy_relu: {}}, {dense: 2}]
loss: [xent, {l2: {of: weights}, weight: 1e-4}]
optim: {adam: {lr: 0.01}, schedule: {cosine: {warmup: 20}}, clip: 1}
train: {epochs: 30, batch: 16, seed: 1, accumulate: 3, keep: {every: 1}, stop: {patience: 100}}
metrics: [accuracy]
report: [curves, boundary]
""")
open("steps.yaml", "w").write("""nnpipe: 1
name: steps
data: {source: {glyphs: {n: 400, test: 0}}, map: [scale, {noise.salt_pepper: {p: 0.1}, from: x, as: noisy}]}
model:
  - {flatten: {}, from: x, as: clean}
  - {flatten: {}, from: noisy}
  - {dense: {units: 32, activation: relu}}
  - gaussian_noise: 0.1
  - dropout: 0.2
  - {dense: {units: 784, activation: sigmoid}}
loss: {mse: {}, to: clean}
optim: {rmsprop: {lr: 0.002}, schedule: {plateau: {watch: loss}}}
train: {steps: 333, batch: 25, seed: 2, keep: {every: 2}}
""")
open("staged.yaml", "w").write("""nnpipe: 1
name: staged
data:
  source: {glyphs: {n: 300, test: 60}}
  split: {train: all, test: official}
  map: [{scale: [0, 1]}]
model:
  - {dense: 48, as: e1}
  - {sigmoid: {}, as: h1}
  - {dropout: 0.1, as: d1}
  - {dense: 12, as: code}
  - dense: 48
  - sigmoid
  - {dense: 784, as: logits}
  - {sigmoid: {}, as: out}
loss: {bce: {of: logits, to: x}}
optim: {adam: {lr: 1e-3}}
train: {epochs: 4, batch: 20, keep: {every: 1}}
metrics: [{sqerr: {of: out, to: x}}]
seeds: 2
stages:
  - {name: pca, model: [{pca: {k: 8, give: reconstruction}, as: out}]}
  - name: pre1
    model: [{noise.gauss: {std: 0.1}}, {use: e1}, sigmoid, {dense: 784, as: back}]
    loss: {bce: {of: back, to: x}}
  - name: pre2
    after: pre1
    input: h1
    model: [{use: code}, {dense: 48, as: back}]
    loss: {mse: {of: back, to: h1}}
  - {name: tune, after: pre2, train: {epochs: 5}}
report: [{compare: {stages: [pca, tune], metric: test.sqerr}}]
""")
def call(*a): return subprocess.run([nnpipe, *a], env=env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
def results(f):
    out = []
    for d, _, files in sorted(os.walk(f)):
        for n in sorted(files):
            p = os.path.join(d, n); r = os.path.relpath(p, f)
            if n.endswith(".nnw") and not n.startswith("state") or n == "results.csv": out.append((r, hashlib.sha256(open(p, "rb").read()).hexdigest()))
            elif n == "metrics.csv": out.append((r, hashlib.sha256("\n".join(",".join(l.split(",")[:2] + l.split(",")[3:]) for l in open(p)).encode()).hexdigest()))
            elif "/report/" in p: out.append((r, ""))
    return out
want, took = {}, {}
for f in ("spiral", "steps", "staged"):
    t = time.time(); r = call(f + ".yaml", "-q", "-o", f, "--threads", "2"); took[f] = time.time() - t
    assert r.returncode == 0, r.stderr
    want[f] = results(f); print("# %s takes %.2f s, %d results" % (f, took[f], len(want[f])), flush=True)
same = kills = stops = again = 0; bad = []
for k in range(runs):
    f = ("spiral", "steps", "staged")[k % 3]; shutil.rmtree("part", ignore_errors=True); how = []
    cmd = [f + ".yaml", "-q", "-o", "part"]
    for i in range(rnd.randint(1, 4)):
        p = subprocess.Popen([nnpipe] + cmd + ["--threads", str(rnd.randint(1, 5))], env=env, stdout=subprocess.DEVNULL, stderr=open("log", "w"))
        at = rnd.random() * took[f] * 1.1 / (i + 1)
        if rnd.random() < 0.3:
            time.sleep(at / 2); p.send_signal(signal.SIGSTOP); time.sleep(0.05); p.send_signal(signal.SIGCONT); stops += 1; at /= 2
        time.sleep(at); alive = p.poll() is None; p.kill(); p.wait(); kills += alive; how.append("%.0f ms" % (at * 1000))
        if not alive and p.returncode != 0: bad.append((k, f, how, "exit %d %s" % (p.returncode, open("log").read()[-200:])))
        staged_begun = f == "staged" and os.path.exists("part/pipeline.yaml")
        cmd = ["run", "--resume", "part", "-q"] if glob.glob("part/state*.nnw") or staged_begun else [f + ".yaml", "-q", "-f", "-o", "part"]
    r = call(*cmd, "--threads", str(rnd.randint(1, 5)))
    got = results("part")
    left = [x for d, _, fs in os.walk("part") for x in fs if ".tmp-" in x]
    if r.returncode == 0 and got == want[f] and not left: same += 1
    else:
        bad.append((k, f, how, r.returncode, r.stderr.decode()[-300:], [a for a in want[f] if a not in got][:4], [a for a in got if a not in want[f]][:4], left)); print("not the same:", bad[-1], flush=True)
        shutil.rmtree("bad%d" % k, ignore_errors=True); shutil.copytree("part", "bad%d" % k)
print("# %d of %d trainings ended with the same bits; %d kills that hit, %d stops; %d oddities" % (same, runs, kills, stops, len(bad)))
for b in bad: print("#", b)
sys.exit(same != runs)
