package cadj.cad.method.learnedmask;

import static cadj.autograd.ops.Affine.scale;
import static cadj.autograd.ops.Mul.mul;
import static cadj.autograd.ops.Sub.sub;
import static cadj.autograd.ops.Sum.sum;

import cadj.autograd.graph.Tape;
import cadj.cad.method.learnedmask.TrajectoryPool.Pooled;
import cadj.kernels.random.TorchGenerator;
import cadj.models.denoiser.Denoiser;
import cadj.tensor.Tensor;
import cadj.tensor.memory.Scope;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/// What a mask is learned from: at points of the target pool the prediction goes to the base's and
/// beyond, at points of the preserve pool it stays,
///
/// ```
/// G = Φ(x_t, c_b, t) − η·(Φ(x_t, c, t) − Φ(x_t, c_b, t)),  Φ the unedited model
/// L = mean_target ‖Φ_m(x_t, c, t) − G‖²/J₀ + λ·mean_preserve ‖Φ_m − Φ‖²/J₀
/// J₀ = mean over the target pool of ‖Φ(x_t, c, t) − Φ(x_t, c_b, t)‖²
/// ```
///
/// @param eta η
/// @param preserveScale λ
record Learning(TrajectoryPool target, TrajectoryPool preserve, double eta, double preserveScale) {
  /// J₀.
  double j0() {
    double sum = 0;
    for (Pooled point : target.points()) {
      float[] with = point.with().toFloats();
      float[] without = point.without().toFloats();
      for (int i = 0; i < with.length; i++) {
        sum += (double) (with[i] - without[i]) * (with[i] - without[i]);
      }
    }
    return sum / target.points().size();
  }

  /// Gradients of L by the parameters `masked` of `denoiser`, for points drawn at random.
  ///
  /// @param j0 J₀
  /// @param targets how many points of the target pool
  /// @param preserved how many of the preserve pool, if it has any
  Map<String, float[]> gradients(
      Denoiser denoiser,
      SequencedMap<String, Tensor> masked,
      TorchGenerator random,
      double j0,
      int targets,
      int preserved) {
    Map<String, float[]> out = new LinkedHashMap<>();
    masked.forEach((name, w) -> out.put(name, new float[w.elements()]));
    Map<Tensor, String> names = new HashMap<>();
    masked.forEach((name, w) -> names.put(w, name));
    Map<String, Tensor> all = new LinkedHashMap<>(denoiser.parameters());
    all.putAll(masked);
    Denoiser edited = denoiser.with(all);
    int kept = preserve.points().isEmpty() ? 0 : preserved;
    for (int i = 0; i < targets + kept; i++) {
      boolean isTarget = i < targets;
      List<Pooled> pool = (isTarget ? target : preserve).points();
      Pooled point = pool.get((int) (random.random32() % pool.size()));
      double weight = isTarget ? 1 / (j0 * targets) : preserveScale / (j0 * kept);
      Scope.run(
          "mask gradient",
          () ->
              Tape.record(
                  masked.values(),
                  tape -> {
                    Tensor difference =
                        sub(
                            edited.forward(point.latents(), point.timestep(), point.conditioning()),
                            isTarget ? goal(point) : point.with());
                    tape.backward(
                        scale(sum(mul(difference, difference)), (float) weight),
                        (w, gradient) -> add(gradient.toFloats(), out.get(names.get(w))));
                    return null;
                  }));
    }
    return out;
  }

  /// G.
  Tensor goal(Pooled point) {
    return sub(point.without(), scale(sub(point.with(), point.without()), (float) eta));
  }

  private static void add(float[] gradient, float[] sum) {
    for (int i = 0; i < sum.length; i++) {
      sum[i] += gradient[i];
    }
  }
}
