package cadj.cad.probe;

import static cadj.autograd.ops.Cat.cat;

import cadj.cad.attribution.EraseCorrected;
import cadj.cad.attribution.Point;
import cadj.cad.attribution.ScoredSteps;
import cadj.cad.method.EditMethod;
import cadj.models.pipeline.TextToImage;
import cadj.tensor.Tensor;
import cadj.tensor.memory.Scope;
import cadj.tensor.memory.Storage;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/// What the unedited model predicts for the concept at fixed points.
///
/// @param latents x_t, as the denoiser takes them [P,C,h,w]
/// @param timesteps t of each
/// @param outputs Φ_original(x_t, c) [P,C,h,w]
record Targets(Tensor latents, float[] timesteps, Tensor outputs) implements Scope.Holder {
  /// Every point of `trajectories` guided ones.
  static Targets of(ProbeTask task, int trajectories, EditMethod.Progress progress) {
    TextToImage original = task.original();
    int steps = task.sampling().steps();
    Tensor noise = task.noise(ProbeTask.Stream.TRAJECTORIES, original.latentShape(trajectories));
    EraseCorrected points =
        new EraseCorrected(
            original,
            List.of(task.prompt()),
            task.prompt(),
            noise,
            new ScoredSteps(task.sampling().scheduler(), steps, steps),
            task.sampling().guidance(),
            task.seed());
    return Scope.keep(
        "targets",
        () -> {
          List<Tensor> latents = new ArrayList<>();
          List<Tensor> outputs = new ArrayList<>();
          float[] timesteps = new float[trajectories * steps];
          for (int k = 0; k < trajectories; k++) {
            progress.at("sampling trajectories", k, trajectories);
            Supplier<Point> walk = points.trajectory(k, 0);
            for (int i = 0; i < steps; i++) {
              Point point = walk.get();
              timesteps[latents.size()] = (float) point.timestep();
              latents.add(point.latents());
              outputs.add(point.target());
            }
          }
          return new Targets(joined(latents), timesteps, joined(outputs));
        });
  }

  private static Tensor joined(List<Tensor> samples) {
    return cat(0, samples.toArray(Tensor[]::new));
  }

  int count() {
    return timesteps.length;
  }

  /// The points of those numbers.
  Targets some(List<Integer> numbers) {
    List<Tensor> someLatents = new ArrayList<>();
    List<Tensor> someOutputs = new ArrayList<>();
    float[] someTimesteps = new float[numbers.size()];
    for (int i : numbers) {
      someTimesteps[someLatents.size()] = timesteps[i];
      someLatents.add(latents.slice(0, i, i + 1));
      someOutputs.add(outputs.slice(0, i, i + 1));
    }
    return new Targets(joined(someLatents), someTimesteps, joined(someOutputs));
  }

  @Override
  public Iterable<Storage> storages() {
    return List.of(latents.storage(), outputs.storage());
  }
}
