package cadj.cad.method.textmask;

import static cadj.autograd.ops.Mul.mul;
import static cadj.autograd.ops.Sum.sum;

import cadj.autograd.graph.Tape;
import cadj.cad.attribution.EraseCorrected;
import cadj.cad.attribution.Point;
import cadj.cad.attribution.Points;
import cadj.cad.attribution.ScoredSteps;
import cadj.cad.method.EditMethod;
import cadj.cad.method.EditTask;
import cadj.cad.method.TargetPrompt;
import cadj.kernels.random.SplitMix64;
import cadj.kernels.random.TorchGenerator;
import cadj.models.denoiser.Denoiser;
import cadj.models.pipeline.TextToImage;
import cadj.models.scheduler.Scheduler;
import cadj.tensor.Tensor;
import cadj.tensor.memory.Scope;
import cadj.tensor.shape.Shape;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.Supplier;

/// How much the denoiser's output Φ depends on each row w of its key and value projections, where
/// the targets are drawn:
///
/// ```
/// s = Σ over points ‖∂(v·Φ(x_t, c, t))/∂w‖²,  v random signs of each point's own
/// ```
///
/// whose mean over v is the sum of the squared derivatives of all outputs. Points: one guided
/// trajectory of each target prompt. Scaled so that the mean over all rows is 1.
record RowSensitivity(int steps) {
  private static final double GUIDANCE = 3;

  /// Of each row of `projections`, which are the task's denoiser's.
  SequencedMap<String, double[]> of(
      EditTask task, SequencedMap<String, Tensor> projections, EditMethod.Progress progress) {
    TextToImage pipeline = task.pipeline();
    Points points =
        new EraseCorrected(
            pipeline.withDenoiser(task.cost().counted(pipeline.denoiser())),
            task.targets().stream().map(TargetPrompt::prompt).toList(),
            "",
            TextToImage.noise(pipeline.latentShape(1), new TorchGenerator(task.seed())),
            new ScoredSteps(Scheduler.Kind.DDIM, steps, steps),
            GUIDANCE,
            task.seed());
    SequencedMap<String, double[]> sums = new LinkedHashMap<>();
    projections.forEach((name, w) -> sums.put(name, new double[w.dim(0)]));
    int total = points.trajectories() * steps;
    for (int trajectory = 0; trajectory < points.trajectories(); trajectory++) {
      Supplier<Point> walk = points.trajectory(trajectory, 0);
      for (int step = 0; step < steps; step++) {
        progress.at("weighing rows", trajectory * steps + step, total);
        long seed = SplitMix64.at(task.seed(), trajectory * (long) steps + step);
        Scope.run(
            "row sensitivity", () -> add(points.denoiser(), walk.get(), seed, projections, sums));
      }
    }
    progress.at("weighing rows", total, total);
    scale(sums);
    return sums;
  }

  private static void add(
      Denoiser denoiser,
      Point point,
      long seed,
      SequencedMap<String, Tensor> projections,
      Map<String, double[]> sums) {
    Map<Tensor, String> names = new LinkedHashMap<>();
    projections.forEach((name, w) -> names.put(w, name));
    Tape.record(
        projections.values(),
        tape -> {
          Tensor out = denoiser.forward(point.latents(), point.timestep(), point.concept());
          tape.backward(
              sum(mul(out, signs(seed, out.shape()))),
              (w, gradient) -> addSquares(gradient, sums.get(names.get(w))));
          return null;
        });
  }

  private static void addSquares(Tensor gradient, double[] rows) {
    float[] values = gradient.toFloats();
    int d = gradient.dim(1);
    for (int i = 0; i < values.length; i++) {
      rows[i / d] += (double) values[i] * values[i];
    }
  }

  private static Tensor signs(long seed, Shape shape) {
    float[] out = new float[shape.elements()];
    for (int i = 0; i < out.length; i++) {
      out[i] = SplitMix64.at(seed, i) < 0 ? -1 : 1;
    }
    return Tensor.of(out, shape.toArray()).onCurrentDevice();
  }

  private static void scale(Map<String, double[]> sums) {
    double total = 0;
    long rows = 0;
    for (double[] its : sums.values()) {
      rows += its.length;
      for (double s : its) {
        total += s;
      }
    }
    double mean = total / rows;
    for (double[] its : sums.values()) {
      for (int i = 0; i < its.length; i++) {
        its[i] = mean > 0 ? its[i] / mean : 1;
      }
    }
  }
}
