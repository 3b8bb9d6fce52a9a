package cadj.models.files;

import cadj.autograd.nn.Weights;
import cadj.tensor.Tensor;
import cadj.tensor.checkpoint.Checkpoint;
import cadj.tensor.file.FileFormatException;
import cadj.tensor.shape.Shape;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.SequencedSet;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/// Builds a model from a checkpoint, by full key: nothing may be missing, left over or of another
/// shape.
///
/// Weights are read once, here, or whenever they are used: as [WeightMemory] has it.
final class CheckpointWeights {
  /// Buffers that old files hold and no model reads.
  private static final Pattern IGNORED =
      Pattern.compile("(.*\\.)?(position_ids|num_batches_tracked)");

  private CheckpointWeights() {}

  /// Builds `model` from `checkpoint`, which is closed once nothing is read from it any more.
  static <T> T load(Checkpoint checkpoint, WeightMemory memory, Function<Weights, T> model) {
    boolean loaded = false;
    try {
      WeightMemory.Loading loading = memory.loading(checkpoint);
      T built = load(checkpoint, model, loading::tensor, loading::placed);
      loading.finish();
      loaded = true;
      return built;
    } finally {
      if (!loaded) {
        checkpoint.close();
      }
    }
  }

  /// Weights of any shape without values, for a dry run: single zeros seen through those shapes.
  static Weights hollow() {
    return Weights.of((key, shape) -> Tensor.scalar(0).expand(shape));
  }

  /// The names of the tensors that `model` takes, all of `checkpoint` checked as if it were loaded.
  static SequencedSet<String> names(Checkpoint checkpoint, Function<Weights, ?> model) {
    SequencedSet<String> names = new LinkedHashSet<>();
    load(
        checkpoint,
        model,
        key -> {
          names.add(key);
          return Tensor.scalar(0).expand(checkpoint.shape(key));
        },
        UnaryOperator.identity());
    return names;
  }

  /// @param values of a tensor that is there and has the right shape
  /// @param placed gives the source from which the model takes its weights
  private static <T> T load(
      Checkpoint checkpoint,
      Function<Weights, T> model,
      Function<String, Tensor> values,
      UnaryOperator<Weights.Source> placed) {
    Set<String> left = new HashSet<>(checkpoint.names());
    T built =
        build(
            checkpoint,
            model,
            placed.apply(
                (key, shape) -> {
                  left.remove(key);
                  requireShape(checkpoint, key, shape);
                  return values.apply(key);
                }));
    left.removeIf(key -> IGNORED.matcher(key).matches());
    if (!left.isEmpty()) {
      String first = left.stream().sorted().findFirst().orElseThrow();
      throw new FileFormatException(
          checkpoint.path(),
          first,
          "no such tensor in a model of this configuration",
          left.size() == 1 ? "it" : "it and " + (left.size() - 1) + " more");
    }
    return built;
  }

  /// Sizes that are fine one by one can still be impossible together.
  private static <T> T build(
      Checkpoint checkpoint, Function<Weights, T> model, Weights.Source source) {
    try {
      return model.apply(Weights.of(source));
    } catch (IllegalArgumentException e) {
      throw new FileFormatException(
          checkpoint.path().resolveSibling("config.json"),
          "",
          "a model that can be built",
          String.valueOf(e.getMessage()),
          e);
    }
  }

  private static void requireShape(Checkpoint checkpoint, String key, Shape shape) {
    if (!checkpoint.contains(key)) {
      throw new FileFormatException(checkpoint.path(), key, "a tensor " + shape, "none");
    }
    if (!checkpoint.shape(key).equals(shape)) {
      throw new FileFormatException(
          checkpoint.path(), key, "shape " + shape, checkpoint.shape(key).toString());
    }
  }
}
