package cadj.cad.graph.tape;

import static cadj.autograd.ops.Linear.linear;
import static cadj.autograd.ops.MseLoss.mseLoss;
import static cadj.autograd.ops.Pointwise.silu;

import cadj.cad.graph.ModuleTree;
import cadj.cad.graph.PartRun;
import cadj.cad.graph.PartRuns;
import cadj.kernels.random.TorchGenerator;
import cadj.models.files.ModelFiles;
import cadj.models.pipeline.TextToImage;
import cadj.tensor.Tensor;
import cadj.tensor.shape.Shape;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/// What can be drawn: an example that needs no model, and modules of a model.
public final class TapeRuns {
  /// A regression with one hidden layer.
  public static final String MLP = "mlp";

  private TapeRuns() {}

  /// J = mean (w₂·silu(w₁·x + b₁) + b₂ − target)², x [4,2], three hidden values, all from one seed.
  public static List<TapeNode> mlp(long seed) {
    TorchGenerator generator = new TorchGenerator(seed);
    SequencedMap<String, Tensor> watched = new LinkedHashMap<>();
    watched.put("x", TextToImage.noise(Shape.of(4, 2), generator));
    watched.put("hidden.weight", TextToImage.noise(Shape.of(3, 2), generator));
    watched.put("hidden.bias", TextToImage.noise(Shape.of(3), generator));
    watched.put("out.weight", TextToImage.noise(Shape.of(1, 3), generator));
    watched.put("out.bias", TextToImage.noise(Shape.of(1), generator));
    Tensor target = TextToImage.noise(Shape.of(4, 1), generator);
    return new TapeRun(
            "",
            watched,
            false,
            () -> {
              Tensor hidden =
                  silu(
                      linear(
                          watched.get("x"),
                          watched.get("hidden.weight"),
                          watched.get("hidden.bias")));
              Tensor y = linear(hidden, watched.get("out.weight"), watched.get("out.bias"));
              return mseLoss(y, target);
            })
        .record();
  }

  /// The operations of the module at `key` of a part, within a run of the whole part.
  ///
  /// @throws IllegalArgumentException naming keys like it, if there is no such module
  public static List<TapeNode> module(ModelFiles files, String part, String key, PartRuns runs) {
    requireModule(files, part, key);
    PartRun run = runs.of(files, part);
    SequencedMap<String, Tensor> watched = new LinkedHashMap<>(run.inputs());
    run.parameters()
        .forEach(
            (name, tensor) -> {
              if (run.inputs().isEmpty() || name.startsWith(key + ".")) {
                watched.put(name, tensor);
              }
            });
    return new TapeRun(key, watched, true, run::objective).record();
  }

  /// @throws IllegalArgumentException naming keys like it, if there is no such module
  public static void requireModule(ModelFiles files, String part, String key) {
    String expected = "--tape: expected %s or a module of %s".formatted(MLP, part);
    ModuleTree.of(files, part).require(key, expected);
  }
}
