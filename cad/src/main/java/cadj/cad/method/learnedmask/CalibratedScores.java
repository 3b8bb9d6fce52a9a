package cadj.cad.method.learnedmask;

import static cadj.autograd.ops.Affine.scale;
import static cadj.autograd.ops.Mul.mul;
import static cadj.autograd.ops.Sub.sub;
import static cadj.autograd.ops.Sum.sum;
import static java.util.Objects.requireNonNull;

import cadj.autograd.graph.Tape;
import cadj.cad.method.learnedmask.TrajectoryPool.Pooled;
import cadj.kernels.random.SplitMix64;
import cadj.models.denoiser.Denoiser;
import cadj.tensor.Tensor;
import cadj.tensor.memory.Scope;
import cadj.tensor.shape.Shape;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;

/// How much L of a [Learning] is expected to change if one weight goes:
///
/// ```
/// s = −w·∂L/∂w + w²·mean over points (∂(v·Φ)/∂w)²
/// ```
///
/// at weights shrunk by p, about where a small share of them is zeroed; v random signs of each
/// point's own, and the second term with L's weights for target and preserved points.
record CalibratedScores(double p, long seed) {
  /// Of each weight of `weights`, which are the denoiser's.
  Map<String, float[]> of(
      Denoiser denoiser, SequencedMap<String, Tensor> weights, Learning learning) {
    SequencedMap<String, Tensor> shrunk = new LinkedHashMap<>();
    weights.forEach(
        (name, w) -> {
          float[] values = w.toFloats();
          for (int i = 0; i < values.length; i++) {
            values[i] *= (float) (1 - p);
          }
          shrunk.put(name, Tensor.of(values, w.shape().toArray()).onCurrentDevice());
        });
    Map<String, Tensor> all = new LinkedHashMap<>(denoiser.parameters());
    all.putAll(shrunk);
    Denoiser there = denoiser.with(all);
    Map<String, float[]> scores = new LinkedHashMap<>();
    weights.forEach((name, w) -> scores.put(name, new float[w.elements()]));
    Map<Tensor, String> names = new HashMap<>();
    shrunk.forEach((name, w) -> names.put(w, name));
    long number = 0;
    for (Pooled point : learning.target().points()) {
      add(
          there,
          point,
          learning.goal(point),
          1.0 / learning.target().points().size(),
          SplitMix64.at(seed, number++),
          weights,
          names,
          scores);
    }
    for (Pooled point : learning.preserve().points()) {
      add(
          there,
          point,
          point.with(),
          learning.preserveScale() / learning.preserve().points().size(),
          SplitMix64.at(seed, number++),
          weights,
          names,
          scores);
    }
    return scores;
  }

  private static void add(
      Denoiser there,
      Pooled point,
      Tensor goal,
      double weight,
      long seed,
      Map<String, Tensor> weights,
      Map<Tensor, String> names,
      Map<String, float[]> scores) {
    Scope.run(
        "calibrated score",
        () ->
            Tape.record(
                names.keySet(),
                tape -> {
                  Tensor out =
                      there.forward(point.latents(), point.timestep(), point.conditioning());
                  tape.backwardAndKeep(
                      sum(mul(out, signs(seed, out.shape()))),
                      (w, pulled) -> {
                        float[] g = pulled.toFloats();
                        float[] its = weight(weights, names, w);
                        float[] score = requireNonNull(scores.get(names.get(w)));
                        for (int i = 0; i < g.length; i++) {
                          score[i] += (float) (weight * its[i] * its[i] * g[i] * g[i]);
                        }
                      });
                  Tensor difference = sub(out, goal);
                  tape.backward(
                      scale(sum(mul(difference, difference)), (float) weight),
                      (w, gradient) -> {
                        float[] g = gradient.toFloats();
                        float[] its = weight(weights, names, w);
                        float[] score = requireNonNull(scores.get(names.get(w)));
                        for (int i = 0; i < g.length; i++) {
                          score[i] -= its[i] * g[i];
                        }
                      });
                  return null;
                }));
  }

  private static float[] weight(
      Map<String, Tensor> weights, Map<Tensor, String> names, Tensor shrunk) {
    return requireNonNull(weights.get(requireNonNull(names.get(shrunk)))).toFloats();
  }

  private static Tensor signs(long seed, Shape shape) {
    float[] out = new float[shape.elements()];
    for (int i = 0; i < out.length; i++) {
      out[i] = SplitMix64.at(seed, i) < 0 ? -1 : 1;
    }
    return Tensor.of(out, shape.toArray()).onCurrentDevice();
  }

  /// True where a weight is not among the `share` of all with the lowest scores.
  static Map<String, boolean[]> others(Map<String, float[]> scores, double share) {
    int total = scores.values().stream().mapToInt(its -> its.length).sum();
    float[] sorted = new float[total];
    int at = 0;
    for (float[] its : scores.values()) {
      System.arraycopy(its, 0, sorted, at, its.length);
      at += its.length;
    }
    Arrays.sort(sorted);
    float cut = sorted[Math.clamp((int) (share * total) - 1, 0, total - 1)];
    Map<String, boolean[]> out = new LinkedHashMap<>();
    scores.forEach(
        (name, its) -> {
          boolean[] others = new boolean[its.length];
          for (int i = 0; i < its.length; i++) {
            others[i] = its[i] > cut;
          }
          out.put(name, others);
        });
    return out;
  }
}
